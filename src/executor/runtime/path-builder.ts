import { type Field, type LogicalType, sameType } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'

/** What a part of a path is, and its type: NODE, REL or RECURSIVE_REL. */
export interface PathPart {
  readonly part: 'node' | 'rel' | 'recursive'
  readonly type: LogicalType
}

type Convert = (v: Value) => Value

/** Puts nodes, rels and recursive rels in a row to one RECURSIVE_REL value `[nodes, rels]`. */
export class PathBuilder {
  readonly #parts: readonly { readonly part: PathPart['part']; readonly node: Convert; readonly rel: Convert }[]

  constructor(parts: readonly PathPart[], type: LogicalType) {
    const target = type as Extract<LogicalType, { id: 'RECURSIVE_REL' }>
    this.#parts = parts.map(({ part, type: from }) => ({
      part,
      node: converter(from.id === 'RECURSIVE_REL' ? from.node : from, target.node),
      rel: converter(from.id === 'RECURSIVE_REL' ? from.rel : from, target.rel),
    }))
  }

  /** @param values one per part, none of them NULL. */
  build(values: readonly Value[]): Value {
    const nodes: Value[] = []
    const rels: Value[] = []
    // both ends of a recursive rel without rels are one node
    let isSameNode = false
    this.#parts.forEach(({ part, node, rel }, i) => {
      const value = values[i]!
      if (part === 'node') {
        if (!isSameNode) nodes.push(node(value))
        isSameNode = false
      } else if (part === 'rel') rels.push(rel(value))
      else {
        const [walkedNodes, walkedRels] = value as readonly [readonly Value[], readonly Value[]]
        for (const v of walkedNodes) nodes.push(node(v))
        for (const v of walkedRels) rels.push(rel(v))
        isSameNode = walkedRels.length === 0
      }
    })
    return [nodes, rels]
  }
}

/** @returns the conversion of an entity to another list of fields, by name; missing fields are NULL. */
function converter(from: LogicalType, to: LogicalType): Convert {
  if (sameType(from, to)) return (v) => v
  const source = fieldsOf(from)
  const positions = fieldsOf(to).map((f) => source.findIndex((s) => s.name.toLowerCase() === f.name.toLowerCase()))
  return (v) => {
    const fields = v as readonly Value[]
    return positions.map((p) => (p < 0 ? null : fields[p]!))
  }
}

function fieldsOf(type: LogicalType): readonly Field[] {
  return 'fields' in type ? type.fields : []
}
