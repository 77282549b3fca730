import type {
  CallClause,
  Clause,
  CreateClause,
  DeleteClause,
  Expression,
  LoadClause,
  MergeClause,
  Name,
  Option,
  Projection,
  ProjectionItem,
  PropertyExpression,
  Query,
  ReturnClause,
  ScanSource,
  SetClause,
  SetItem,
  SingleQuery,
  SortItem,
  TypeField,
  UnwindClause,
  WithClause,
  YieldItem,
} from '../ast.ts'
import { checkQueryShape } from '../query-shape.ts'
import { KEYWORD, LITERAL, NameToken, SYMBOL } from '../tokens.ts'
import { nameOf, type Rule, spanOf, textOf } from './base-grammar.ts'
import { PatternGrammar } from './pattern-grammar.ts'

/** Queries: reading, projecting and updating clauses, sources and options. */
export abstract class QueryGrammar extends PatternGrammar {
  /** Single queries joined by UNION [ALL]. */
  protected readonly query: Rule<Query> = this.rule('query', () => {
    const first = this.LA(1)
    const parts = [this.SUBRULE(this.singleQuery)]
    const unions: ('distinct' | 'all')[] = []
    this.MANY(() => {
      this.CONSUME(KEYWORD.UNION)
      unions.push(this.OPTION(() => this.word(KEYWORD.ALL, 'all')) ?? 'distinct')
      parts.push(this.SUBRULE2(this.singleQuery))
    })
    return { parts, unions, span: this.spanFrom(first) }
  })

  private readonly singleQuery: Rule<SingleQuery> = this.rule('singleQuery', () => {
    const first = this.LA(1)
    const clauses: Clause[] = []
    this.AT_LEAST_ONE({
      ERR_MSG: 'a clause such as MATCH, WITH, CREATE or RETURN',
      DEF: () => clauses.push(this.SUBRULE(this.clause)),
    })
    const query = { clauses, span: this.spanFrom(first) }
    this.ACTION(() => {
      const ended = this.atQueryEnd() || this.isNext(1, KEYWORD.UNION)
      if (!ended) this.unexpected(this.LA(1), 'a clause or the end of the statement')
      checkQueryShape(this.source, clauses)
    })
    return query
  })

  private readonly clause: Rule<Clause> = this.rule('clause', () =>
    this.OR<Clause>([
      { ALT: () => this.SUBRULE(this.matchClause) },
      { ALT: () => this.SUBRULE(this.unwindClause) },
      { ALT: () => this.SUBRULE(this.loadClause) },
      { ALT: () => this.SUBRULE(this.callClause) },
      { ALT: () => this.SUBRULE(this.withClause) },
      { ALT: () => this.SUBRULE(this.returnClause) },
      { ALT: () => this.SUBRULE(this.createClause) },
      { ALT: () => this.SUBRULE(this.mergeClause) },
      { ALT: () => this.SUBRULE(this.setClause) },
      { ALT: () => this.SUBRULE(this.deleteClause) },
    ]),
  )

  private readonly unwindClause: Rule<UnwindClause> = this.rule('unwindClause', () => {
    const first = this.CONSUME(KEYWORD.UNWIND)
    const list = this.SUBRULE(this.expression)
    this.CONSUME(KEYWORD.AS)
    const variable = nameOf(this.CONSUME(NameToken))
    return { kind: 'unwind', list, variable, span: this.spanFrom(first) }
  })

  private readonly loadClause: Rule<LoadClause> = this.rule('loadClause', () => {
    const first = this.CONSUME(KEYWORD.LOAD)
    const headers = this.OPTION(() => {
      const columns: TypeField[] = []
      this.CONSUME(KEYWORD.WITH)
      this.CONSUME(KEYWORD.HEADERS)
      this.CONSUME(SYMBOL.leftParen)
      this.AT_LEAST_ONE_SEP({ SEP: SYMBOL.comma, DEF: () => columns.push(this.SUBRULE(this.typeField)) })
      this.CONSUME(SYMBOL.rightParen)
      return columns
    })
    this.CONSUME(KEYWORD.FROM)
    const source = this.SUBRULE(this.scanSource)
    const options = this.OPTION2(() => this.SUBRULE(this.options)) ?? []
    const where = this.OPTION3(() => this.SUBRULE(this.where))
    return { kind: 'load', headers, source, options, where, span: this.spanFrom(first) }
  })

  private readonly callClause: Rule<CallClause> = this.rule('callClause', () => {
    const first = this.CONSUME(KEYWORD.CALL)
    const call = this.SUBRULE(this.call)
    const where = this.OPTION(() => this.SUBRULE(this.where))
    const yields: YieldItem[] = []
    this.OPTION2(() => {
      this.CONSUME(KEYWORD.YIELD)
      this.AT_LEAST_ONE_SEP({ SEP: SYMBOL.comma, DEF: () => yields.push(this.SUBRULE(this.yieldItem)) })
    })
    return { kind: 'call', call, where, yields, span: this.spanFrom(first) }
  })

  private readonly yieldItem: Rule<YieldItem> = this.rule('yieldItem', () => {
    const name = nameOf(this.CONSUME(NameToken))
    const alias = this.OPTION(() => {
      this.CONSUME(KEYWORD.AS)
      return nameOf(this.CONSUME2(NameToken))
    })
    return { name, alias }
  })

  private readonly withClause: Rule<WithClause> = this.rule('withClause', () => {
    const first = this.CONSUME(KEYWORD.WITH)
    const projection = this.SUBRULE(this.projection)
    const where = this.OPTION(() => this.SUBRULE(this.where))
    return { kind: 'with', projection, where, span: this.spanFrom(first) }
  })

  private readonly returnClause: Rule<ReturnClause> = this.rule('returnClause', () => {
    const first = this.CONSUME(KEYWORD.RETURN)
    return { kind: 'return', projection: this.SUBRULE(this.projection), span: this.spanFrom(first) }
  })

  private readonly projection: Rule<Projection> = this.rule('projection', () => {
    const first = this.LA(1)
    const distinct = this.OPTION(() => this.CONSUME(KEYWORD.DISTINCT)) !== undefined
    const items = this.SUBRULE(this.projectionItems)
    const orderBy = this.OPTION2(() => this.SUBRULE(this.orderBy)) ?? []
    let skip: Expression | undefined
    let limit: Expression | undefined
    // Kùzu 0.11.3 wants SKIP before LIMIT; other dialects and users write either order.
    this.MANY(() =>
      this.OR([
        {
          GATE: () => skip === undefined,
          ALT: () => {
            this.CONSUME(KEYWORD.SKIP)
            skip = this.SUBRULE(this.expression)
          },
        },
        {
          GATE: () => limit === undefined,
          ALT: () => {
            this.CONSUME(KEYWORD.LIMIT)
            limit = this.SUBRULE2(this.expression)
          },
        },
      ]),
    )
    return { distinct, items, orderBy, skip, limit, span: this.spanFrom(first) }
  })

  private readonly projectionItems: Rule<ProjectionItem[]> = this.rule('projectionItems', () => {
    const items: ProjectionItem[] = []
    this.OR({
      ERR_MSG: 'an expression or *',
      DEF: [
        {
          ALT: () => {
            const star = this.CONSUME(SYMBOL.star)
            const span = spanOf(star)
            items.push({ expression: { kind: 'star', object: undefined, span }, alias: undefined, span })
          },
        },
        { ALT: () => items.push(this.SUBRULE(this.projectionItem)) },
      ],
    })
    this.MANY(() => {
      this.CONSUME(SYMBOL.comma)
      items.push(this.SUBRULE2(this.projectionItem))
    })
    return items
  })

  private readonly orderBy: Rule<SortItem[]> = this.rule('orderBy', () => {
    const items: SortItem[] = []
    this.CONSUME(KEYWORD.ORDER)
    this.CONSUME(KEYWORD.BY)
    this.AT_LEAST_ONE_SEP({ SEP: SYMBOL.comma, DEF: () => items.push(this.SUBRULE(this.sortItem)) })
    return items
  })

  private readonly sortItem: Rule<SortItem> = this.rule('sortItem', () => {
    const first = this.LA(1)
    const expression = this.SUBRULE(this.expression)
    const direction = this.OPTION(() =>
      this.OR<'ascending' | 'descending'>([
        { ALT: () => this.word(KEYWORD.ASC, 'ascending') },
        { ALT: () => this.word(KEYWORD.ASCENDING, 'ascending') },
        { ALT: () => this.word(KEYWORD.DESC, 'descending') },
        { ALT: () => this.word(KEYWORD.DESCENDING, 'descending') },
      ]),
    )
    return { expression, descending: direction === 'descending', span: this.spanFrom(first) }
  })

  private readonly createClause: Rule<CreateClause> = this.rule('createClause', () => {
    const first = this.CONSUME(KEYWORD.CREATE)
    return { kind: 'create', patterns: this.SUBRULE(this.patterns), span: this.spanFrom(first) }
  })

  private readonly mergeClause: Rule<MergeClause> = this.rule('mergeClause', () => {
    const first = this.CONSUME(KEYWORD.MERGE)
    const patterns = this.SUBRULE(this.patterns)
    const onCreate: SetItem[] = []
    const onMatch: SetItem[] = []
    this.MANY(() => {
      this.CONSUME(KEYWORD.ON)
      const target = this.OR([
        { ALT: () => this.word(KEYWORD.CREATE, 'create') },
        { ALT: () => this.word(KEYWORD.MATCH, 'match') },
      ])
      const { items } = this.SUBRULE(this.setClause)
      this.ACTION(() => (target === 'create' ? onCreate : onMatch).push(...items))
    })
    return { kind: 'merge', patterns, onCreate, onMatch, span: this.spanFrom(first) }
  })

  private readonly setClause: Rule<SetClause> = this.rule('setClause', () => {
    const first = this.CONSUME(KEYWORD.SET)
    const items: SetItem[] = []
    this.AT_LEAST_ONE_SEP({ SEP: SYMBOL.comma, DEF: () => items.push(this.SUBRULE(this.setItem)) })
    return { kind: 'set', items, span: this.spanFrom(first) }
  })

  private readonly setItem: Rule<SetItem> = this.rule('setItem', () => {
    const first = this.LA(1)
    const target = this.SUBRULE(this.setTarget)
    this.CONSUME(SYMBOL.equal)
    return { target, value: this.SUBRULE(this.expression), span: this.spanFrom(first) }
  })

  /** `n.p` or `(n).p`. */
  private readonly setTarget: Rule<PropertyExpression> = this.rule('setTarget', () => {
    const first = this.LA(1)
    const object = this.OR<Name>([
      { ALT: () => nameOf(this.CONSUME(NameToken)) },
      {
        ALT: () => {
          this.CONSUME(SYMBOL.leftParen)
          const name = nameOf(this.CONSUME2(NameToken))
          this.CONSUME(SYMBOL.rightParen)
          return name
        },
      },
    ])
    this.CONSUME(SYMBOL.dot)
    const property = nameOf(this.CONSUME3(NameToken))
    const variable: Expression = { kind: 'variable', name: object.text, span: object.span }
    return { kind: 'property', object: variable, property, span: this.spanFrom(first) }
  })

  private readonly deleteClause: Rule<DeleteClause> = this.rule('deleteClause', () => {
    const first = this.LA(1)
    const detach = this.OPTION(() => this.CONSUME(KEYWORD.DETACH)) !== undefined
    this.CONSUME(KEYWORD.DELETE)
    const targets: Expression[] = []
    this.AT_LEAST_ONE_SEP({ SEP: SYMBOL.comma, DEF: () => targets.push(this.SUBRULE(this.expression)) })
    return { kind: 'delete', detach, targets, span: this.spanFrom(first) }
  })

  /** Where LOAD FROM and COPY FROM read. */
  protected readonly scanSource: Rule<ScanSource> = this.rule('scanSource', () => {
    const first = this.LA(1)
    return this.OR<ScanSource>({
      IGNORE_AMBIGUITIES: true,
      ERR_MSG: 'a source: a path, a list of paths, (query), a table function or a name',
      DEF: [
        { ALT: () => this.filesSource([textOf(this.CONSUME(LITERAL.string))], first) },
        {
          ALT: () => {
            const paths: string[] = []
            this.CONSUME(SYMBOL.leftBracket)
            this.AT_LEAST_ONE_SEP({ SEP: SYMBOL.comma, DEF: () => paths.push(textOf(this.CONSUME2(LITERAL.string))) })
            this.CONSUME(SYMBOL.rightBracket)
            return this.filesSource(paths, first)
          },
        },
        {
          GATE: () => this.ahead(KEYWORD.GLOB, SYMBOL.leftParen, LITERAL.string),
          ALT: () => {
            this.CONSUME(KEYWORD.GLOB)
            this.CONSUME(SYMBOL.leftParen)
            const path = textOf(this.CONSUME3(LITERAL.string))
            this.CONSUME(SYMBOL.rightParen)
            return this.filesSource([path], first)
          },
        },
        { ALT: () => this.parenthesisedSource() },
        {
          GATE: () =>
            this.ahead(NameToken, SYMBOL.leftParen) &&
            !this.ahead(NameToken, SYMBOL.leftParen, NameToken, SYMBOL.equal),
          ALT: () => ({ kind: 'function', call: this.SUBRULE(this.call), span: this.spanFrom(first) }),
        },
        {
          ALT: () => {
            const path = [nameOf(this.CONSUME(NameToken))]
            this.MANY(() => {
              this.CONSUME(SYMBOL.dot)
              path.push(nameOf(this.CONSUME2(NameToken)))
            })
            return { kind: 'object', path, span: this.spanFrom(first) }
          },
        },
        {
          ALT: () => {
            const token = this.CONSUME(LITERAL.parameter)
            return { kind: 'parameter', name: textOf(token), span: spanOf(token) }
          },
        },
      ],
    })
  })

  private filesSource(paths: readonly string[], first: ReturnType<typeof this.LA>): ScanSource {
    return { kind: 'files', paths, byColumn: false, span: this.spanFrom(first) }
  }

  /** `(query)` or `('a.npy', 'b.npy') BY COLUMN`. Part of `scanSource`. */
  private parenthesisedSource(): ScanSource {
    const first = this.CONSUME2(SYMBOL.leftParen)
    return this.OR2<ScanSource>([
      {
        ALT: () => {
          const query = this.SUBRULE(this.query)
          this.CONSUME2(SYMBOL.rightParen)
          return { kind: 'query', query, span: this.spanFrom(first) }
        },
      },
      {
        ALT: () => {
          const paths: string[] = []
          this.AT_LEAST_ONE_SEP2({ SEP: SYMBOL.comma, DEF: () => paths.push(textOf(this.CONSUME4(LITERAL.string))) })
          this.CONSUME3(SYMBOL.rightParen)
          this.CONSUME(KEYWORD.BY)
          this.CONSUME(KEYWORD.COLUMN)
          return { kind: 'files', paths, byColumn: true, span: this.spanFrom(first) }
        },
      },
    ])
  }

  /** `(name = value, name value, name)`. */
  protected readonly options: Rule<Option[]> = this.rule('options', () => {
    const options: Option[] = []
    this.CONSUME(SYMBOL.leftParen)
    this.AT_LEAST_ONE_SEP({ SEP: SYMBOL.comma, DEF: () => options.push(this.SUBRULE(this.optionItem)) })
    this.CONSUME(SYMBOL.rightParen)
    return options
  })

  /** One option; its value is a literal, a list, a struct, a parameter or a signed number. */
  protected readonly optionItem: Rule<Option> = this.rule('optionItem', () => {
    const first = this.LA(1)
    const name = nameOf(this.CONSUME(NameToken))
    this.OPTION(() => this.CONSUME(SYMBOL.equal))
    const value = this.OPTION2(() => this.SUBRULE(this.signed))
    return { name, value, span: this.spanFrom(first) }
  })
}
