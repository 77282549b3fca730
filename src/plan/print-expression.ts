import { formatValue } from '../types/format.ts'
import { printType } from '../types/print-type.ts'
import type { AggregateItem, BoundExpression, Slot } from './bound-expression.ts'

/** Names for slots and tables in printed plans. */
export interface PlanNames {
  slot(slot: number): string
  table(table: number): string
}

/** @returns names for a plan: a slot's own name, with its number when another slot is called the same. */
export function planNames(slots: readonly Slot[], tables: Readonly<Record<number, string>>): PlanNames {
  const count = new Map<string, number>()
  for (const { name } of slots) count.set(name, (count.get(name) ?? 0) + 1)
  return {
    slot(slot) {
      const name = slots[slot]?.name ?? `_${slot}`
      return (count.get(name) ?? 0) > 1 ? `${name}#${slot}` : name
    },
    table: (table) => tables[table] ?? `#${table}`,
  }
}

/** @returns an expression as people write it, casts included. Texts are quoted. */
export function printExpression(expression: BoundExpression, names: PlanNames): string {
  const print = (e: BoundExpression): string => printExpression(e, names)
  switch (expression.kind) {
    case 'literal':
      return printLiteral(expression)
    case 'parameter':
      return `$${expression.name}`
    case 'slot':
      return names.slot(expression.slot)
    case 'property':
      return `${names.slot(expression.slot)}.${expression.name}`
    case 'internalId': {
      const end = expression.of === 'self' ? '' : `${expression.of} of `
      return `id(${end}${names.slot(expression.slot)})`
    }
    case 'label':
      return `label(${names.slot(expression.slot)})`
    case 'call':
      return `${expression.function.name}(${expression.args.map(print).join(', ')})`
    case 'lambdaCall': {
      const parameters = expression.parameters.map((p) => names.slot(p)).join(', ')
      const args = [...expression.args.map(print), `(${parameters}) -> ${print(expression.body)}`]
      return `${expression.function.name}(${args.join(', ')})`
    }
    case 'and':
    case 'or':
    case 'xor':
      return `(${expression.args.map(print).join(` ${expression.kind.toUpperCase()} `)})`
    case 'not':
      return `NOT ${print(expression.arg)}`
    case 'compare':
      return `${print(expression.left)} ${expression.operator} ${print(expression.right)}`
    case 'isNull':
      return `${print(expression.arg)} IS ${expression.negated ? 'NOT ' : ''}NULL`
    case 'in':
      return `${print(expression.item)} IN ${print(expression.list)}`
    case 'cast':
      return `CAST(${print(expression.arg)} AS ${printType(expression.type)})`
    case 'case': {
      const branches = expression.branches.map((b) => ` WHEN ${print(b.when)} THEN ${print(b.result)}`).join('')
      return `CASE${branches}${expression.otherwise === null ? '' : ` ELSE ${print(expression.otherwise)}`} END`
    }
    case 'list':
      return `[${expression.items.map(print).join(', ')}]`
    case 'struct':
      return `{${expression.items.map(print).join(', ')}}`
    case 'field':
      return `${print(expression.arg)}.${fieldName(expression)}`
    case 'path':
      return `path(${expression.parts.map((p) => print(p.expression)).join(', ')})`
    case 'subquery':
      return expression.mode === 'exists' ? 'EXISTS {…}' : 'COUNT {…}'
  }
}

function printLiteral({ type, value }: Extract<BoundExpression, { kind: 'literal' }>): string {
  if (value === null) return 'NULL'
  const text = formatValue(type, value)
  return type.id === 'STRING' ? `'${text}'` : text
}

function fieldName({ arg, index }: Extract<BoundExpression, { kind: 'field' }>): string {
  if (arg.type.id === 'RECURSIVE_REL') return index === 0 ? 'nodes' : 'rels'
  return 'fields' in arg.type ? (arg.type.fields[index]?.name ?? String(index)) : String(index)
}

/** @returns an aggregate with the slot that it fills: `count(DISTINCT a.x) AS c`. */
export function printAggregate(item: AggregateItem, names: PlanNames): string {
  const distinct = item.distinct ? 'DISTINCT ' : ''
  const argument = item.argument === null ? '' : printExpression(item.argument, names)
  return `${item.aggregate.name}(${distinct}${argument}) AS ${names.slot(item.slot)}`
}
