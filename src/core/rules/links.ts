/** Where the alerts of a stack link to. */
export interface Links {
  /** Where runbooks stand: a URL or a path, without the file name. */
  readonly runbooks: string
  readonly grafana: string
}

/** What compiled rules and tests have in the place of the links. */
export const PLACEHOLDERS: Links = { runbooks: '%RUNBOOKS%', grafana: '%GRAFANA%' }

/** Fills the links of a stack into compiled rules or tests, where they stand in double quotes. */
export function fillLinks(text: string, links: Links): string {
  const inQuotes = (link: string): string => JSON.stringify(link).slice(1, -1)
  return text
    .replaceAll(PLACEHOLDERS.runbooks, () => inQuotes(links.runbooks))
    .replaceAll(PLACEHOLDERS.grafana, () => inQuotes(links.grafana))
}
