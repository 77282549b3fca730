import {
  Alternation,
  Alternative,
  createToken,
  type IProduction,
  Lexer,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  RepetitionMandatoryWithSeparator,
  RepetitionWithSeparator,
  Rule,
  Terminal,
  type TokenType,
} from 'chevrotain'
import type { GroupProduction, Production } from '../../src/parser/production.ts'
import type { Recognizer } from '../../src/parser/recognizer.ts'
import type { TokenType as OwnType } from '../../src/parser/token.ts'

const GROUPS = {
  option: Option,
  many: Repetition,
  some: RepetitionMandatory,
  'many separated': RepetitionWithSeparator,
  'some separated': RepetitionMandatoryWithSeparator,
} as const

/** A grammar as Chevrotain describes one, so that its checks can be applied to ours. */
export interface ChevrotainGrammar {
  readonly rules: Map<string, Rule>
  /** Its token types by ours. */
  readonly types: Map<OwnType, TokenType>
}

/** Converts all rules of a parser, as it records them. */
export function toChevrotain({ rules: own }: Recognizer): ChevrotainGrammar {
  const types = new Map<OwnType, TokenType>()
  const rules = new Map(own.map(({ name }) => [name, new Rule({ name, definition: [] })]))
  const typeOf = (type: OwnType): TokenType => {
    let found = types.get(type)
    if (found === undefined) {
      found = createToken({ name: type.name, pattern: Lexer.NA, categories: type.categories.map(typeOf) })
      types.set(type, found)
    }
    return found
  }
  const group = ({ group, number, separator, parts }: GroupProduction): IProduction => {
    const options = { idx: number, definition: parts.map(convert) }
    if (group === 'many separated' || group === 'some separated') {
      return new GROUPS[group]({ ...options, separator: typeOf(separator!) })
    }
    return new GROUPS[group](options)
  }
  const convert = (part: Production): IProduction => {
    if (part.kind === 'token') return new Terminal({ terminalType: typeOf(part.type) })
    if (part.kind === 'group') return group(part)
    if (part.kind === 'rule') {
      return new NonTerminal({ nonTerminalName: part.rule.name, referencedRule: rules.get(part.rule.name)! })
    }
    const definition = part.alternatives.map(
      ({ parts, hasGate }) => new Alternative({ definition: parts.map(convert), ignoreAmbiguities: hasGate }),
    )
    return Object.assign(new Alternation({ idx: part.number, definition }), { ignoreAmbiguities: part.isOrdered })
  }
  for (const rule of own) rules.get(rule.name)!.definition = rule.productions().map(convert)
  return { rules, types }
}
