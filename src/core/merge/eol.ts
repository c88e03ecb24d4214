const BOM = '\uFEFF'

/** How a text is laid down in bytes, apart from what it says. */
export interface Shape {
  readonly bom: boolean
  readonly crlf: boolean
  readonly finalNewline: boolean
}

/** Takes any text, returns it without BOM and with LF: the form in which texts are compared. */
export function normalise(text: string): string {
  return (text.startsWith(BOM) ? text.slice(1) : text).replaceAll('\r\n', '\n')
}

export function sameText(a: string, b: string): boolean {
  return a === b || normalise(a) === normalise(b)
}

/** Takes a text, returns its shape. Mixed line ends count as LF: converting them would change bytes. */
export function shapeOf(text: string): Shape {
  const lf = text.split('\n').length - 1
  const crlf = text.split('\r\n').length - 1
  return { bom: text.startsWith(BOM), crlf: lf > 0 && lf === crlf, finalNewline: text.endsWith('\n') }
}

/** Takes a text and returns its plain form: no BOM, LF where all ends were CRLF, a newline at the end. */
export function plain(text: string): string {
  const { bom, crlf, finalNewline } = shapeOf(text)
  const body = bom ? text.slice(1) : text
  const lines = crlf ? body.replaceAll('\r\n', '\n') : body
  return finalNewline || lines === '' ? lines : `${lines}\n`
}

/** Puts a plain text back into the given shape: the inverse of `plain` for every byte that was not edited. */
export function reshape(text: string, shape: Shape): string {
  const body = !shape.finalNewline && text.endsWith('\n') ? text.slice(0, -1) : text
  const ends = shape.crlf ? body.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n') : body
  return shape.bom ? BOM + ends : ends
}

/** Takes a new text and the one it replaces; returns the new text with the line ends and BOM of the old. */
export function inShapeOf(text: string, old: string): string {
  const { bom, crlf } = shapeOf(old)
  return reshape(normalise(text), { bom, crlf, finalNewline: true })
}
