interface Cause {
  readonly pattern: RegExp
  readonly next: (files: string) => string
}

/** A file that was replaced is only seen by a container that starts anew. */
const AGAIN = 'docker compose restart alertmanager'

/** What a receiver's refusal means, the most telling first. */
const CAUSES: readonly Cause[] = [
  {
    pattern: /no such file or directory/i,
    next: files => `The secret is not in Alertmanager's container: write ${files}, then  ${AGAIN}`,
  },
  {
    pattern: /permission denied/i,
    next: files => `Alertmanager's user cannot read the secret:  chmod 644 ${files}.`,
  },
  {
    pattern: /empty after templating|unsupported protocol scheme ""|missing protocol/i,
    next: files => `${files} is empty or holds no URL.`,
  },
  {
    pattern: /status code:? 429|rate.?limit|too many requests|retry.after/i,
    next: () => 'The receiver wants fewer messages. It is tried again by itself; group more or send less.',
  },
  {
    pattern:
      /status code:? 40[13]|unauthori[sz]ed|forbidden|invalid_auth|no_service|invalid_token|bot was blocked|(routing|integration|api)[ _]?key|(token|key)\b.* (is |not )?(in)?valid/i,
    next: files => `The receiver does not accept the secret: write a new one into ${files}, then  ${AGAIN}`,
  },
  {
    pattern: /authentication|535|534|auth mechanism/i,
    next: files =>
      `The mail server refuses the login: check  user  in vigie.yaml and the password in ${files}.`,
  },
  {
    pattern: /x509|certificate|tls:/i,
    next: () => 'The certificate is not trusted: check the name in the address, or give  caFile.',
  },
  {
    pattern: /status code:? 404|channel_not_found|chat not found|no_team/i,
    next: files => `The channel or the webhook is gone: check the receiver's settings and ${files}.`,
  },
  {
    pattern: /status code:? 400|invalid_payload|bad request/i,
    next: () => 'The receiver does not understand the message: check its settings, and templates of yours.',
  },
  {
    pattern: /status code:? 5\d\d/i,
    next: () => 'The receiver has trouble of its own. It is tried again by itself.',
  },
  {
    pattern: /lookup [\w-]+(?: on \S+)?: (?:no such host|server misbehaving)/i,
    next: () =>
      'If that is a service of your Compose file, Alertmanager has to be on its network:  alertmanager: { networks: [default] }  under  services:  in compose.override.yaml, then  vigie up.',
  },
  {
    pattern: /no such host|server misbehaving/i,
    next: () => 'The name of the receiver is not known: check the address, and the DNS of the host.',
  },
  {
    pattern: /connection refused/i,
    next: () => 'Nothing listens at the address of the receiver: check host and port.',
  },
  {
    pattern: /\bEOF\b|connection reset|broken pipe|malformed HTTP/i,
    next: files =>
      `The receiver hangs up without an answer: check http or https and the port in ${files}, and proxies in between.`,
  },
  {
    pattern: /timeout|deadline exceeded|i\/o timeout|no answer/i,
    next: () => 'The receiver does not answer: check firewall and proxy between this machine and it.',
  },
]

/** The next step for somebody who reads why a notification failed. */
export function nextStep(error: string, secretFiles: readonly string[]): string {
  const files = secretFiles.length === 0 ? 'its secret' : secretFiles.join(' and ')
  return (
    CAUSES.find(cause => cause.pattern.test(error))?.next(files) ??
    'docker compose logs --tail 100 alertmanager   shows all that was said.'
  )
}
