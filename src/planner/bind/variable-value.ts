import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { Bound } from './bound.ts'
import { nodeType, relType } from './property.ts'
import type { PathVariable, Variable } from './variable.ts'

/** @returns the value of a variable as an expression: a whole node, rel or path, or the value itself. */
export function variableValue(variable: Variable): Bound {
  const { name } = variable
  switch (variable.kind) {
    case 'node':
      return { expression: { kind: 'slot', type: nodeType(variable.tables), slot: variable.slot }, name }
    case 'rel':
      return { expression: { kind: 'slot', type: relType(variable.tables), slot: variable.slot }, name }
    case 'recursive':
      variable.used.path = true
      return { expression: { kind: 'slot', type: variable.type, slot: variable.pathSlot }, name }
    case 'path':
      return { expression: pathExpression(variable), name }
    case 'value':
      return { expression: { kind: 'slot', type: variable.type, slot: variable.slot }, name, ofValue: true }
    case 'alias':
      return variable.bound
  }
}

function pathExpression(path: PathVariable): BoundExpression {
  const parts = path.elements.map((element) => ({
    part: element.kind,
    expression: variableValue(element).expression,
  }))
  return { kind: 'path', type: path.type, parts }
}
