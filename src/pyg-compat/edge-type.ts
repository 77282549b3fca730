/** Source node type, relation, target node type: PyG's triple. A rel table with several FROM-TO pairs gives several edge types. */
export type EdgeType = readonly [source: string, relation: string, target: string]

/** @returns the triple as PyG spells it where a key must be text: 'paper__cites__paper'. */
export function edgeTypeKey([source, relation, target]: EdgeType): string {
  return `${source}__${relation}__${target}`
}
