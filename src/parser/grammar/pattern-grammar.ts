import type {
  Expression,
  JoinHint,
  MatchClause,
  Name,
  NamedExpression,
  NodePattern,
  PathPattern,
  PathSemantics,
  ProjectionItem,
  RecursiveInner,
  RecursivePart,
  RelPattern,
} from '../ast.ts'
import { DashToken, KEYWORD, LeftHeadToken, LITERAL, NameToken, RightHeadToken, SYMBOL } from '../tokens.ts'
import { joinSpans, nameOf, type Rule } from './base-grammar.ts'
import { ExpressionGrammar } from './expression-grammar.ts'

/** The inside of the square brackets of a relationship. */
type RelDetail = Pick<RelPattern, 'variable' | 'labels' | 'properties' | 'recursive'>

const NO_DETAIL: RelDetail = { variable: undefined, labels: [], properties: [], recursive: undefined }

/** Patterns, MATCH and its HINT. */
export abstract class PatternGrammar extends ExpressionGrammar {
  protected readonly matchClause: Rule<MatchClause> = this.rule('matchClause', () => {
    const first = this.LA(1)
    const optional = this.OPTION(() => this.CONSUME(KEYWORD.OPTIONAL)) !== undefined
    this.CONSUME(KEYWORD.MATCH)
    const patterns = this.SUBRULE(this.patterns)
    const where = this.OPTION2(() => this.SUBRULE(this.where))
    const hint = this.OPTION3(() => {
      this.CONSUME(KEYWORD.HINT)
      return this.SUBRULE(this.joinHint)
    })
    return { kind: 'match', optional, patterns, where, hint, span: this.spanFrom(first) }
  })

  /** `WHERE condition`. */
  protected readonly where: Rule<Expression> = this.rule('where', () => {
    this.CONSUME(KEYWORD.WHERE)
    return this.SUBRULE(this.expression)
  })

  /** Path patterns, separated by commas. */
  protected readonly patterns: Rule<PathPattern[]> = this.rule('patterns', () => {
    const patterns: PathPattern[] = []
    this.AT_LEAST_ONE_SEP({ SEP: SYMBOL.comma, DEF: () => patterns.push(this.SUBRULE(this.pathPattern)) })
    return patterns
  })

  private readonly pathPattern: Rule<PathPattern> = this.rule('pathPattern', () => {
    const first = this.LA(1)
    const variable = this.OPTION(() => {
      const name = nameOf(this.CONSUME(NameToken))
      this.CONSUME(SYMBOL.equal)
      return name
    })
    const pattern = this.SUBRULE(this.pathElements)
    return { ...pattern, variable, span: this.spanFrom(first) }
  })

  private readonly pathElements: Rule<PathPattern> = this.rule('pathElements', () =>
    this.OR({
      IGNORE_AMBIGUITIES: true,
      ERR_MSG: 'a pattern that starts with (',
      DEF: [
        {
          GATE: () => this.ahead(SYMBOL.leftParen, SYMBOL.leftParen),
          ALT: () => {
            this.CONSUME(SYMBOL.leftParen)
            const inner = this.SUBRULE(this.pathElements)
            this.CONSUME(SYMBOL.rightParen)
            return inner
          },
        },
        {
          ALT: () => {
            const first = this.LA(1)
            const nodes = [this.SUBRULE(this.nodePattern)]
            const rels: RelPattern[] = []
            this.MANY(() => {
              rels.push(this.SUBRULE(this.relPattern))
              nodes.push(this.SUBRULE2(this.nodePattern))
            })
            return { variable: undefined, nodes, rels, span: this.spanFrom(first) }
          },
        },
      ],
    }),
  )

  protected readonly chainPattern: Rule<PathPattern> = this.rule('chainPattern', () => {
    const first = this.LA(1)
    const nodes = [this.SUBRULE(this.nodePattern)]
    const rels: RelPattern[] = []
    this.AT_LEAST_ONE(() => {
      rels.push(this.SUBRULE(this.relPattern))
      nodes.push(this.SUBRULE2(this.nodePattern))
    })
    return { variable: undefined, nodes, rels, span: this.spanFrom(first) }
  })

  private readonly nodePattern: Rule<NodePattern> = this.rule('nodePattern', () => {
    const first = this.CONSUME(SYMBOL.leftParen)
    const variable = this.OPTION(() => nameOf(this.CONSUME(NameToken)))
    const labels = this.OPTION2(() => this.SUBRULE(this.labels))
    const properties = this.OPTION3(() => this.SUBRULE(this.properties))
    this.CONSUME(SYMBOL.rightParen)
    return { variable, labels: labels ?? [], properties: properties ?? [], span: this.spanFrom(first) }
  })

  /** `:A:B`, `:A|B`, `:A|:B`. */
  private readonly labels: Rule<Name[]> = this.rule('labels', () => {
    this.CONSUME(SYMBOL.colon)
    const names = [nameOf(this.CONSUME(NameToken))]
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME2(SYMBOL.colon) },
        {
          ALT: () => {
            this.CONSUME(SYMBOL.pipe)
            this.OPTION(() => this.CONSUME3(SYMBOL.colon))
          },
        },
      ])
      names.push(nameOf(this.CONSUME2(NameToken)))
    })
    return names
  })

  private readonly properties: Rule<NamedExpression[]> = this.rule('properties', () => {
    const properties: NamedExpression[] = []
    this.CONSUME(SYMBOL.leftBrace)
    this.MANY_SEP({ SEP: SYMBOL.comma, DEF: () => properties.push(this.SUBRULE(this.namedExpression)) })
    this.CONSUME(SYMBOL.rightBrace)
    return properties
  })

  private readonly relPattern: Rule<RelPattern> = this.rule('relPattern', () => {
    const first = this.LA(1)
    let direction: RelPattern['direction'] = 'both'
    let detail: RelDetail | undefined
    this.OR({
      ERR_MSG: 'a relationship such as -[]->',
      DEF: [
        {
          ALT: () => {
            this.CONSUME(LeftHeadToken)
            this.CONSUME(DashToken)
            detail = this.OPTION(() => this.SUBRULE(this.relDetail))
            this.CONSUME2(DashToken)
            direction = 'left'
          },
        },
        {
          ALT: () => {
            this.CONSUME3(DashToken)
            detail = this.OPTION2(() => this.SUBRULE2(this.relDetail))
            this.CONSUME4(DashToken)
            const head = this.OPTION3(() => this.CONSUME(RightHeadToken))
            direction = head === undefined ? 'both' : 'right'
          },
        },
      ],
    })
    return { ...(detail ?? NO_DETAIL), direction, span: this.spanFrom(first) }
  })

  private readonly relDetail: Rule<RelDetail> = this.rule('relDetail', () => {
    this.CONSUME(SYMBOL.leftBracket)
    const variable = this.OPTION(() => nameOf(this.CONSUME(NameToken)))
    const labels = this.OPTION2(() => this.SUBRULE(this.labels))
    const recursive = this.OPTION3(() => this.SUBRULE(this.recursivePart))
    const properties = this.OPTION4(() => this.SUBRULE(this.properties))
    this.CONSUME(SYMBOL.rightBracket)
    return { variable, labels: labels ?? [], recursive, properties: properties ?? [] }
  })

  private readonly recursivePart: Rule<RecursivePart> = this.rule('recursivePart', () => {
    const first = this.CONSUME(SYMBOL.star)
    const semantics = this.OPTION(() => this.SUBRULE(this.pathSemantics))
    const range = this.OPTION2(() => this.SUBRULE(this.range))
    const inner = this.OPTION3(() => this.SUBRULE(this.recursiveInner))
    return {
      semantics: semantics?.kind,
      weight: semantics?.weight,
      lower: range?.lower,
      upper: range?.upper,
      inner,
      span: this.spanFrom(first),
    }
  })

  private readonly pathSemantics: Rule<{ kind: PathSemantics; weight: Name | undefined }> = this.rule(
    'pathSemantics',
    () => {
      const all = this.OPTION(() => this.CONSUME(KEYWORD.ALL)) !== undefined
      let weight: Name | undefined
      const kind = this.OR<PathSemantics>({
        ERR_MSG: 'SHORTEST or WSHORTEST',
        DEF: [
          { ALT: () => (this.word(KEYWORD.SHORTEST, 'shortest') && all ? 'all shortest' : 'shortest') },
          {
            ALT: () => {
              this.CONSUME(KEYWORD.WSHORTEST)
              this.CONSUME(SYMBOL.leftParen)
              weight = nameOf(this.CONSUME(NameToken))
              this.CONSUME(SYMBOL.rightParen)
              return all ? 'all weighted shortest' : 'weighted shortest'
            },
          },
          { GATE: () => !all, ALT: () => this.word(KEYWORD.WALK, 'walk') },
          { GATE: () => !all, ALT: () => this.word(KEYWORD.TRAIL, 'trail') },
          { GATE: () => !all, ALT: () => this.word(KEYWORD.ACYCLIC, 'acyclic') },
        ],
      })
      return { kind, weight }
    },
  )

  /** `n`, `n..m`, `n..`, `..m`, `..`. */
  private readonly range: Rule<Pick<RecursivePart, 'lower' | 'upper'>> = this.rule('range', () =>
    this.OR([
      {
        ALT: () => {
          const lower = Number(this.CONSUME(LITERAL.integer).image)
          const rest = this.OPTION(() => {
            this.CONSUME(SYMBOL.range)
            return { upper: this.OPTION2(() => Number(this.CONSUME2(LITERAL.integer).image)) }
          })
          return { lower, upper: rest === undefined ? lower : rest.upper }
        },
      },
      {
        ALT: () => {
          this.CONSUME2(SYMBOL.range)
          return { lower: undefined, upper: this.OPTION3(() => Number(this.CONSUME3(LITERAL.integer).image)) }
        },
      },
    ]),
  )

  /** `(r, n | WHERE … | {r.p}, {n.p})`; after the names every part may be missing. */
  private readonly recursiveInner: Rule<RecursiveInner> = this.rule('recursiveInner', () => {
    const first = this.CONSUME(SYMBOL.leftParen)
    const relVariable = nameOf(this.CONSUME(NameToken))
    this.CONSUME(SYMBOL.comma)
    const nodeVariable = nameOf(this.CONSUME2(NameToken))
    let where: Expression | undefined
    let items: { rel: ProjectionItem[]; node: ProjectionItem[] } | undefined
    this.OPTION(() => {
      this.CONSUME(SYMBOL.pipe)
      this.OR([
        {
          ALT: () => {
            where = this.SUBRULE(this.where)
            this.OPTION2(() => {
              this.CONSUME2(SYMBOL.pipe)
              items = this.SUBRULE(this.innerItems)
            })
          },
        },
        {
          ALT: () => {
            items = this.SUBRULE2(this.innerItems)
          },
        },
      ])
    })
    this.CONSUME(SYMBOL.rightParen)
    const span = this.spanFrom(first)
    return { relVariable, nodeVariable, where, relItems: items?.rel, nodeItems: items?.node, span }
  })

  private readonly innerItems: Rule<{ rel: ProjectionItem[]; node: ProjectionItem[] }> = this.rule('innerItems', () => {
    const rel: ProjectionItem[] = []
    const node: ProjectionItem[] = []
    this.CONSUME(SYMBOL.leftBrace)
    this.MANY_SEP({ SEP: SYMBOL.comma, DEF: () => rel.push(this.SUBRULE(this.projectionItem)) })
    this.CONSUME(SYMBOL.rightBrace)
    this.CONSUME(SYMBOL.comma)
    this.CONSUME2(SYMBOL.leftBrace)
    this.MANY_SEP2({ SEP: SYMBOL.comma, DEF: () => node.push(this.SUBRULE2(this.projectionItem)) })
    this.CONSUME2(SYMBOL.rightBrace)
    return { rel, node }
  })

  /** `expression [AS alias]`. */
  protected readonly projectionItem: Rule<ProjectionItem> = this.rule('projectionItem', () => {
    const first = this.LA(1)
    const expression = this.SUBRULE(this.expression)
    const alias = this.OPTION(() => {
      this.CONSUME(KEYWORD.AS)
      return nameOf(this.CONSUME(NameToken))
    })
    return { expression, alias, span: this.spanFrom(first) }
  })

  private readonly joinHint: Rule<JoinHint> = this.rule('joinHint', () => {
    const inputs = [this.SUBRULE(this.joinHintPrimary)]
    let multi = false
    this.OPTION(() =>
      this.OR([
        {
          ALT: () =>
            this.AT_LEAST_ONE(() => {
              this.CONSUME(KEYWORD.JOIN)
              inputs.push(this.SUBRULE2(this.joinHintPrimary))
            }),
        },
        {
          ALT: () => {
            multi = true
            this.AT_LEAST_ONE2(() => {
              this.CONSUME(KEYWORD.MULTI_JOIN)
              inputs.push(this.SUBRULE3(this.joinHintPrimary))
            })
          },
        },
      ]),
    )
    return this.ACTION(() => (multi ? multiJoin(inputs) : inputs.reduce(join)))
  })

  private readonly joinHintPrimary: Rule<JoinHint> = this.rule('joinHintPrimary', () =>
    this.OR<JoinHint>([
      {
        ALT: () => {
          const name = nameOf(this.CONSUME(NameToken))
          return { kind: 'variable', name, span: name.span }
        },
      },
      {
        ALT: () => {
          this.CONSUME(SYMBOL.leftParen)
          const inner = this.SUBRULE(this.joinHint)
          this.CONSUME(SYMBOL.rightParen)
          return inner
        },
      },
    ]),
  )
}

function join(left: JoinHint, right: JoinHint): JoinHint {
  return { kind: 'join', left, right, span: joinSpans(left.span, right.span) }
}

function multiJoin(inputs: readonly JoinHint[]): JoinHint {
  const first = inputs[0] as JoinHint
  return { kind: 'multi-join', inputs, span: joinSpans(first.span, inputs.at(-1)?.span ?? first.span) }
}
