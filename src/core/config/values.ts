import * as v from 'valibot'

export const oneLine = v.pipe(
  v.string(),
  v.check(
    value => ![...value].some(char => char < ' ' || char === '\x7f'),
    'must be one line without control characters',
  ),
  v.maxLength(300, 'must have at most 300 characters'),
)

/** Compose's own rule for service names, and short enough for a file name and a host name. */
export const ServiceName = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/,
    'must be letters, digits, "-", "_" or ".", start with a letter or digit, and have at most 63 characters',
  ),
)
export const networkName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'is not a Compose network name'),
)

export const Port = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(1, 'must be between 1 and 65535'),
  v.maxValue(65535, 'must be between 1 and 65535'),
)
export const Size = v.pipe(
  v.string(),
  v.regex(/^[1-9][0-9]*(KB|MB|GB|TB)$/, 'must be a size such as 512MB or 10GB'),
)
export const Memory = v.pipe(v.string(), v.regex(/^[1-9][0-9]*[mg]$/, 'must be a size such as 512m or 2g'))
export const Url = v.pipe(oneLine, v.regex(/^https?:\/\/[^\s"'<>{}\\]+$/, 'must be an http or https URL'))

/** `db:5432`, `db`, `10.0.0.5:5432`. */
export const Address = v.pipe(
  v.string('must be host:port'),
  v.regex(
    /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?(:[0-9]{1,5})?$/,
    'must be host:port, for example db:5432',
  ),
  v.check(value => {
    const port = value.split(':')[1]
    return port === undefined || (Number(port) >= 1 && Number(port) <= 65535)
  }, 'has a port that is not between 1 and 65535'),
)
export const MetricsPath = v.pipe(
  oneLine,
  v.regex(/^\/[^\s#"'{}\\]*$/, 'must be a path that starts with "/"'),
)

/** What a setting of a module or of a receiver may be. */
export const Setting = v.union([oneLine, v.number(), v.boolean(), v.array(oneLine)])

/** Where the stack is written. */
export const Folder = v.pipe(
  oneLine,
  v.regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/,
    'must be a folder inside the repo, for example monitoring',
  ),
)
