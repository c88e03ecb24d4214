import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'

/** The labels that some series of a metric has; undefined when nothing is known of them. */
export type LabelsOf = (metric: string) => ReadonlySet<string> | undefined

type Labels = ReadonlySet<string>
const NONE: Labels = new Set()
const OWN_LABELS_KEPT = ['Topk', 'Bottomk', 'LimitK', 'LimitRatio']

/**
 * The labels that a result of an expression can have, as Prometheus computes them: what aggregations, joins and functions
 * leave of the labels of the series that are read. Undefined when they are not known.
 */
export function resultLabels(expression: string, of: LabelsOf): Labels | undefined {
  const text = expression.replace(/\$__(rate_interval|range|interval)/g, '5m')
  const [root] = childrenOf(parser.parse(text).topNode)
  return root === undefined ? NONE : labels(root, text, of)
}

function labels(node: SyntaxNode, text: string, of: LabelsOf): Labels | undefined {
  switch (node.name) {
    case 'VectorSelector':
      return selected(node, text, of)
    case 'AggregateExpr':
      return aggregated(node, text, of)
    case 'BinaryExpr':
      return joined(node, text, of)
    case 'FunctionCall':
      return called(node, text, of)
    case 'NumberDurationLiteral':
    case 'StringLiteral':
      return NONE
    default: {
      if (node.type.isError) throw new Error(`cannot be read: ${text}`)
      const inner = childrenOf(node).find(child => !/Op$|^Offset$|Literal/.test(child.name))
      return inner === undefined ? NONE : labels(inner, text, of)
    }
  }
}

function selected(node: SyntaxNode, text: string, of: LabelsOf): Labels | undefined {
  const name = node.getChild('Identifier')
  const known = name === null ? undefined : of(textOf(name, text))
  if (known === undefined) return undefined
  const matchers = matchersOf(node, text)
  const without = matchers.filter(({ op, value }) => op === 'EqlSingle' && value === '').map(one => one.label)
  return new Set([...known].filter(label => !without.includes(label)))
}

function aggregated(node: SyntaxNode, text: string, of: LabelsOf): Labels | undefined {
  const operator = node.getChild('AggregateOp')?.firstChild?.name ?? ''
  const parameters = childrenOf(node.getChild('FunctionCallBody'))
  const last = parameters.at(-1)
  const inner = last === undefined ? NONE : labels(last, text, of)
  if (OWN_LABELS_KEPT.includes(operator)) return inner
  const modifier = node.getChild('AggregateModifier')
  const listed = modifier === null ? [] : namesIn(modifier.getChild('GroupingLabels'), text)
  const counted = operator === 'CountValues' ? parameters.slice(0, 1).map(one => literal(one, text)) : []
  if (modifier?.getChild('Without'))
    return inner && new Set([...inner, ...counted].filter(label => !listed.includes(label)))
  return new Set([...listed.filter(label => inner === undefined || inner.has(label)), ...counted])
}

function joined(node: SyntaxNode, text: string, of: LabelsOf): Labels | undefined {
  const sides = childrenOf(node).filter(child => /Expr$|Selector$|Call$|Literal$/.test(child.name))
  const [left, right] = sides.map(side => labels(side, text, of))
  if (node.getChild('Or')) return left && right && new Set([...left, ...right])
  if (node.getChild('And') || node.getChild('Unless')) return left
  const scalars = sides.map(side => isScalar(side, text))
  if (scalars[0]) return right
  if (scalars[1]) return left
  const clause = node.getChild('MatchingModifierClause')
  const [matched, added] = clause === null ? [] : clause.getChildren('GroupingLabels')
  const names = namesIn(matched ?? null, text)
  const extra = namesIn(added ?? null, text)
  if (clause?.getChild('GroupLeft')) return left && new Set([...left, ...extra])
  if (clause?.getChild('GroupRight')) return right && new Set([...right, ...extra])
  if (clause?.getChild('On')) return new Set(names.filter(label => left === undefined || left.has(label)))
  return left && new Set([...left].filter(label => !names.includes(label)))
}

function called(node: SyntaxNode, text: string, of: LabelsOf): Labels | undefined {
  const name = node.getChild('FunctionIdentifier')?.firstChild?.name ?? ''
  const parameters = childrenOf(node.getChild('FunctionCallBody'))
  if (/^Absent/.test(name)) {
    const selector = firstSelector(node)
    const equal = selector === undefined ? [] : matchersOf(selector, text)
    return new Set(equal.filter(one => one.op === 'EqlSingle').map(one => one.label))
  }
  const values = parameters.filter(
    one => one.name !== 'StringLiteral' && one.name !== 'NumberDurationLiteral',
  )
  const [first] = values
  if (first === undefined || isScalar(node, text) || name === 'Vector') return NONE
  const inner = labels(first, text, of)
  if (name === 'HistogramQuantile') return inner && new Set([...inner].filter(label => label !== 'le'))
  if (name === 'LabelReplace' || name === 'LabelJoin')
    return inner && new Set([...inner, ...parameters.slice(1, 2).map(one => literal(one, text))])
  return inner
}

function isScalar(node: SyntaxNode, text: string): boolean {
  if (node.name === 'NumberDurationLiteral') return true
  if (node.name === 'FunctionCall') return /^(scalar|time|pi)\b/.test(textOf(node, text))
  if (!['ParenExpr', 'UnaryExpr', 'BinaryExpr', 'StepInvariantExpr'].includes(node.name)) return false
  const operands = childrenOf(node).filter(child => /Expr$|Selector$|Call$|Literal$/.test(child.name))
  return operands.every(operand => isScalar(operand, text))
}

function firstSelector(node: SyntaxNode): SyntaxNode | undefined {
  if (node.name === 'VectorSelector') return node
  for (const child of childrenOf(node)) {
    const found = firstSelector(child)
    if (found) return found
  }
  return undefined
}

function matchersOf(selector: SyntaxNode, text: string): { label: string; op: string; value: string }[] {
  return childrenOf(selector.getChild('LabelMatchers')).flatMap(matcher => {
    const [label, op, value] = childrenOf(matcher)
    if (!label || !op || !value) return []
    return [{ label: textOf(label, text), op: op.firstChild?.name ?? '', value: literal(value, text) }]
  })
}

function childrenOf(node: SyntaxNode | null): SyntaxNode[] {
  const found: SyntaxNode[] = []
  for (let child = node?.firstChild ?? null; child !== null; child = child.nextSibling) found.push(child)
  return found.filter(child => child.name !== 'LineComment')
}

const textOf = (node: SyntaxNode, text: string): string => text.slice(node.from, node.to)
const literal = (node: SyntaxNode, text: string): string => textOf(node, text).slice(1, -1)
const namesIn = (list: SyntaxNode | null, text: string): string[] =>
  childrenOf(list).map(label => textOf(label, text))
