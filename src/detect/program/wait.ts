/** Programs that wait for something, or prepare something, and then start what stands after `--`. */
const FIRST =
  /^(?:\S*\/)?(?:wait[\w.-]*|dockerize|dumb-init|tini|doppler|infisical|dotenv|chamber|opentelemetry-instrument)(?:\s+\S+)*?\s+--\s+/

/** What is started in the end: `python app.py` of `./wait-for-it.sh db:5432 -- python app.py`. */
export const withoutWait = (command: string): string => command.trim().replace(FIRST, '')
