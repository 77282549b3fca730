import type { IToken } from 'chevrotain'
import type {
  Argument,
  BinaryOperator,
  CaseBranch,
  Expression,
  LambdaExpression,
  MatchClause,
  Name,
  NamedExpression,
  PathPattern,
  QuantifierExpression,
  TypeField,
  TypeNode,
} from '../ast.ts'
import { binary, chain, floatLiteral, integerLiteral, postfix, prefix, stringLiteral } from '../build-expression.ts'
import {
  ArithmeticToken,
  ComparisonToken,
  DashToken,
  KEYWORD,
  LeftHeadToken,
  LITERAL,
  NameToken,
  SYMBOL,
} from '../tokens.ts'
import { BaseGrammar, joinSpans, nameOf, type Rule, spanBetween, spanOf, textOf } from './base-grammar.ts'

const AN_EXPRESSION = 'an expression'

/** Expressions and types. */
export abstract class ExpressionGrammar extends BaseGrammar {
  /** A path pattern with at least one relationship and no variable. */
  protected abstract readonly chainPattern: Rule<PathPattern>
  /** MATCH with its WHERE and HINT. */
  protected abstract readonly matchClause: Rule<MatchClause>

  /** Any expression: NOT terms joined by AND, XOR and OR. */
  readonly expression: Rule<Expression> = this.rule('expression', () => {
    const operands = [this.SUBRULE(this.notExpression)]
    const operators: BinaryOperator[] = []
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(KEYWORD.AND) },
        { ALT: () => this.CONSUME(KEYWORD.XOR) },
        { ALT: () => this.CONSUME(KEYWORD.OR) },
      ])
      this.ACTION(() => operators.push(this.LA(0).image.toUpperCase() as BinaryOperator))
      operands.push(this.SUBRULE2(this.notExpression))
    })
    return this.ACTION(() => chain(operands, operators))
  })

  private readonly notExpression: Rule<Expression> = this.rule('notExpression', () => {
    const nots: IToken[] = []
    this.MANY(() => nots.push(this.CONSUME(KEYWORD.NOT)))
    const operand = this.SUBRULE(this.comparison)
    return this.ACTION(() => nots.reduceRight((inner, token) => prefix('NOT', token, inner), operand))
  })

  private readonly comparison: Rule<Expression> = this.rule('comparison', () => {
    let result = this.SUBRULE(this.arithmetic)
    this.OPTION(() => {
      const operator = this.CONSUME(ComparisonToken)
      this.ACTION(() => this.refuseBangEqual(operator))
      const right = this.SUBRULE2(this.arithmetic)
      result = this.ACTION(() => binary(operator.image as BinaryOperator, result, right))
      this.ACTION(() => this.refuseChain(result))
    })
    return result
  })

  private refuseBangEqual(operator: IToken): void {
    if (operator.tokenType !== SYMBOL.bangEqual) return
    const hint = "(you probably meant to use '<>', which is the operator for inequality testing.)"
    this.fail(`Unknown operation '!=' ${hint}`, spanOf(operator))
  }

  private refuseChain(comparison: Expression): void {
    if (!this.isNext(1, ComparisonToken)) return
    this.refuseBangEqual(this.LA(1))
    this.fail('Non-binary comparison (e.g. a=b=c) is not supported', {
      ...comparison.span,
      end: comparison.span.start + 1,
    })
  }

  private readonly arithmetic: Rule<Expression> = this.rule('arithmetic', () => {
    const operands = [this.SUBRULE(this.suffixed)]
    const operators: BinaryOperator[] = []
    this.MANY({
      // `| {` ends the WHERE of a recursive relationship: the bits of a struct have no or.
      GATE: () => !this.ahead(SYMBOL.pipe, SYMBOL.leftBrace),
      DEF: () => {
        const operator = this.CONSUME(ArithmeticToken)
        this.ACTION(() => operators.push(operator.tokenType.name.slice(1, -1) as BinaryOperator))
        operands.push(this.SUBRULE2(this.suffixed))
      },
    })
    return this.ACTION(() => chain(operands, operators))
  })

  /** Texts, lists and null tests bind tighter than arithmetic: `1 + x IN y` is `1 + (x IN y)`. */
  private readonly suffixed: Rule<Expression> = this.rule('suffixed', () => {
    let result = this.SUBRULE(this.signed)
    this.MANY(() => {
      const object = result
      result = this.OR<Expression>([
        { ALT: () => this.brackets(object) },
        { ALT: () => this.containment(object) },
        { ALT: () => this.nullTest(object) },
        { ALT: () => this.propertyOf(object) },
      ])
    })
    return result
  })

  /** `[i]`, `[a:b]`; the form `[a..b]` of later releases too. Part of `suffixed`. */
  private brackets(object: Expression): Expression {
    this.CONSUME(SYMBOL.leftBracket)
    const from = this.OPTION(() => this.SUBRULE(this.expression))
    const slice = this.OPTION2(() => {
      this.OR2([{ ALT: () => this.CONSUME(SYMBOL.colon) }, { ALT: () => this.CONSUME(SYMBOL.range) }])
      return { to: this.OPTION3(() => this.SUBRULE2(this.expression)) }
    })
    const last = this.CONSUME(SYMBOL.rightBracket)
    return this.ACTION(() => {
      const span = joinSpans(object.span, spanOf(last))
      if (slice !== undefined) return { kind: 'slice', object, from, to: slice.to, span }
      if (from === undefined) return this.unexpected(last, AN_EXPRESSION)
      return { kind: 'index', object, index: from, span }
    })
  }

  /** IN and the tests on texts. Part of `suffixed`. */
  private containment(object: Expression): Expression {
    const operator = this.OR3<BinaryOperator>([
      { ALT: () => this.word(KEYWORD.IN, 'IN') },
      {
        ALT: () => {
          this.CONSUME(KEYWORD.STARTS)
          return this.word(KEYWORD.WITH, 'STARTS WITH')
        },
      },
      {
        ALT: () => {
          this.CONSUME(KEYWORD.ENDS)
          this.CONSUME2(KEYWORD.WITH)
          return 'ENDS WITH'
        },
      },
      { ALT: () => this.word(KEYWORD.CONTAINS, 'CONTAINS') },
      { ALT: () => this.word(SYMBOL.match, '=~') },
    ])
    const right = this.SUBRULE(this.property)
    return this.ACTION(() => binary(operator, object, right))
  }

  /** IS [NOT] NULL. Part of `suffixed`. */
  private nullTest(object: Expression): Expression {
    this.CONSUME(KEYWORD.IS)
    const not = this.OPTION4(() => this.CONSUME(KEYWORD.NOT))
    const last = this.CONSUME(KEYWORD.NULL)
    return this.ACTION(() => postfix(not === undefined ? 'IS NULL' : 'IS NOT NULL', object, last))
  }

  /** `.name` or `.*`. Part of `suffixed` and `property`. */
  private propertyOf(object: Expression): Expression {
    this.CONSUME(SYMBOL.dot)
    return this.OR9<Expression>([
      {
        ALT: () => {
          const token = this.CONSUME(NameToken)
          return this.ACTION(() => {
            const span = joinSpans(object.span, spanOf(token))
            return { kind: 'property', object, property: nameOf(token), span }
          })
        },
      },
      {
        ALT: () => {
          const token = this.CONSUME(SYMBOL.star)
          return this.ACTION(() => ({ kind: 'star', object, span: joinSpans(object.span, spanOf(token)) }))
        },
      },
    ])
  }

  protected readonly signed: Rule<Expression> = this.rule('signed', () => {
    const signs: IToken[] = []
    this.MANY(() => signs.push(this.CONSUME(SYMBOL.minus)))
    const operand = this.SUBRULE(this.property)
    const bang = this.OPTION(() => this.CONSUME(SYMBOL.bang))
    return this.ACTION(() => {
      const negated = signs.reduceRight((inner, token) => prefix('negate', token, inner), operand)
      return bang === undefined ? negated : postfix('factorial', negated, bang)
    })
  })

  private readonly property: Rule<Expression> = this.rule('property', () => {
    let result = this.SUBRULE(this.primary)
    this.MANY(() => {
      result = this.propertyOf(result)
    })
    return result
  })

  private readonly primary: Rule<Expression> = this.rule('primary', () =>
    this.OR<Expression>({
      ERR_MSG: AN_EXPRESSION,
      IGNORE_AMBIGUITIES: true,
      DEF: [
        { ALT: () => this.SUBRULE(this.literal) },
        {
          GATE: () => this.ahead(KEYWORD.COUNT, SYMBOL.leftBrace),
          ALT: () => this.SUBRULE2(this.subquery),
        },
        { GATE: () => this.ahead(NameToken, SYMBOL.leftParen), ALT: () => this.SUBRULE(this.call) },
        { ALT: () => this.SUBRULE(this.variable) },
        { GATE: () => this.atChainPattern(), ALT: () => this.SUBRULE(this.patternPredicate) },
        { ALT: () => this.SUBRULE(this.parenthesised) },
        { ALT: () => this.SUBRULE(this.list) },
        { ALT: () => this.SUBRULE(this.struct) },
        { ALT: () => this.SUBRULE(this.caseExpression) },
        { ALT: () => this.SUBRULE(this.cast) },
        { ALT: () => this.SUBRULE(this.subquery) },
        { ALT: () => this.SUBRULE(this.quantifier) },
      ],
    }),
  )

  private readonly literal: Rule<Expression> = this.rule('literal', () =>
    this.OR<Expression>([
      { ALT: () => this.integer(this.CONSUME(LITERAL.integer)) },
      { ALT: () => floatLiteral(this.CONSUME(LITERAL.float)) },
      { ALT: () => stringLiteral(this.CONSUME(LITERAL.string)) },
      { ALT: () => this.booleanLiteral(this.CONSUME(KEYWORD.TRUE), true) },
      { ALT: () => this.booleanLiteral(this.CONSUME(KEYWORD.FALSE), false) },
      { ALT: () => ({ kind: 'literal', type: 'null', value: null, span: spanOf(this.CONSUME(KEYWORD.NULL)) }) },
      {
        ALT: () => {
          const token = this.CONSUME(LITERAL.parameter)
          return { kind: 'parameter', name: textOf(token), span: spanOf(token) }
        },
      },
    ]),
  )

  private integer(token: IToken): Expression {
    return this.ACTION(() => integerLiteral(token))
  }

  private booleanLiteral(token: IToken, value: boolean): Expression {
    return { kind: 'literal', type: 'boolean', value, span: spanOf(token) }
  }

  private readonly variable: Rule<Expression> = this.rule('variable', () => {
    const token = this.CONSUME(NameToken)
    return { kind: 'variable', name: textOf(token), span: spanOf(token) }
  })

  /** Parentheses leave no node of their own, but they belong to the span. */
  private readonly parenthesised: Rule<Expression> = this.rule('parenthesised', () => {
    const first = this.CONSUME(SYMBOL.leftParen)
    const inner = this.SUBRULE(this.expression)
    this.CONSUME(SYMBOL.rightParen)
    return { ...inner, span: this.spanFrom(first) }
  })

  /**
   * Tells a pattern from arithmetic on something in parentheses. A cheap look first: `(…)` must be followed by a dash
   * (perhaps after `<`) and then `[` or a dash. Only then the pattern is tried in full.
   */
  private atChainPattern(): boolean {
    if (!this.isNext(1, SYMBOL.leftParen)) return false
    let depth = 1
    let distance = 2
    for (; depth > 0; distance++) {
      if (this.isNext(distance, SYMBOL.leftParen)) depth++
      else if (this.isNext(distance, SYMBOL.rightParen)) depth--
      else if (Number.isNaN(this.LA(distance).startOffset)) return false
    }
    if (this.isNext(distance, LeftHeadToken)) distance++
    if (!this.isNext(distance, DashToken)) return false
    const opens = this.isNext(distance + 1, SYMBOL.leftBracket) || this.isNext(distance + 1, DashToken)
    return opens && this.BACKTRACK(this.chainPattern).call(this)
  }

  private readonly patternPredicate: Rule<Expression> = this.rule('patternPredicate', () => {
    const first = this.LA(1)
    const pattern = this.SUBRULE(this.chainPattern)
    return { kind: 'pattern', pattern, span: this.spanFrom(first) }
  })

  private readonly list: Rule<Expression> = this.rule('list', () => {
    const first = this.CONSUME(SYMBOL.leftBracket)
    const elements: Expression[] = []
    this.OPTION(() => {
      elements.push(this.SUBRULE(this.expression))
      this.MANY(() => {
        const comma = this.CONSUME(SYMBOL.comma)
        const element = this.OPTION2(() => this.SUBRULE2(this.expression))
        elements.push(element ?? this.hole(comma))
      })
    })
    this.CONSUME(SYMBOL.rightBracket)
    return { kind: 'list', elements, span: this.spanFrom(first) }
  })

  private hole(comma: IToken): Expression {
    const at = comma.startOffset + 1
    const span = { start: at, end: at, line: comma.startLine ?? 1, column: (comma.startColumn ?? 0) + 1 }
    return { kind: 'literal', type: 'null', value: null, span }
  }

  private readonly struct: Rule<Expression> = this.rule('struct', () => {
    const first = this.CONSUME(SYMBOL.leftBrace)
    const fields: NamedExpression[] = []
    this.AT_LEAST_ONE_SEP({ SEP: SYMBOL.comma, DEF: () => fields.push(this.SUBRULE(this.namedExpression)) })
    this.CONSUME(SYMBOL.rightBrace)
    return { kind: 'struct', fields, span: this.spanFrom(first) }
  })

  /** `name: value` or `'name': value`. */
  protected readonly namedExpression: Rule<NamedExpression> = this.rule('namedExpression', () => {
    const key = this.OR([{ ALT: () => this.CONSUME(NameToken) }, { ALT: () => this.CONSUME(LITERAL.string) }])
    this.CONSUME(SYMBOL.colon)
    return { name: this.ACTION(() => nameOf(key)), value: this.SUBRULE(this.expression) }
  })

  private readonly caseExpression: Rule<Expression> = this.rule('caseExpression', () => {
    const first = this.CONSUME(KEYWORD.CASE)
    const subject = this.OPTION(() => this.SUBRULE(this.expression))
    const branches: CaseBranch[] = []
    this.AT_LEAST_ONE(() => {
      this.CONSUME(KEYWORD.WHEN)
      const when = this.SUBRULE2(this.expression)
      this.CONSUME(KEYWORD.THEN)
      branches.push({ when, result: this.SUBRULE3(this.expression) })
    })
    const otherwise = this.OPTION2(() => {
      this.CONSUME(KEYWORD.ELSE)
      return this.SUBRULE4(this.expression)
    })
    this.CONSUME(KEYWORD.END)
    return { kind: 'case', subject, branches, otherwise, span: this.spanFrom(first) }
  })

  private readonly cast: Rule<Expression> = this.rule('cast', () => {
    const first = this.CONSUME(KEYWORD.CAST)
    this.CONSUME(SYMBOL.leftParen)
    const operand = this.SUBRULE(this.expression)
    const target = this.OR([
      {
        ALT: () => {
          this.CONSUME(KEYWORD.AS)
          return { type: this.SUBRULE(this.type), text: undefined }
        },
      },
      {
        ALT: () => {
          this.CONSUME(SYMBOL.comma)
          return { type: undefined, text: this.SUBRULE2(this.expression) }
        },
      },
    ])
    this.CONSUME(SYMBOL.rightParen)
    const span = this.spanFrom(first)
    return this.ACTION<Expression>(() => {
      if (target.text === undefined) return { kind: 'cast', operand, type: target.type, span }
      const args = [operand, target.text].map((value) => ({ name: undefined, value, span: value.span }))
      return { kind: 'call', name: nameOf(first), args, distinct: false, star: false, span }
    })
  })

  private readonly subquery: Rule<Expression> = this.rule('subquery', () => {
    const first = this.LA(1)
    const mode = this.OR<'exists' | 'count'>([
      { ALT: () => this.word(KEYWORD.EXISTS, 'exists') },
      { ALT: () => this.word(KEYWORD.COUNT, 'count') },
    ])
    this.CONSUME(SYMBOL.leftBrace)
    this.ACTION(() => {
      if (this.isNext(1, KEYWORD.OPTIONAL)) this.unexpected(this.LA(1), 'MATCH')
    })
    const match = this.SUBRULE(this.matchClause)
    this.CONSUME(SYMBOL.rightBrace)
    return { kind: 'subquery', mode, match, span: this.spanFrom(first) }
  })

  private readonly quantifier: Rule<Expression> = this.rule('quantifier', () => {
    const first = this.LA(1)
    const quantifier = this.OR<QuantifierExpression['quantifier']>([
      { ALT: () => this.word(KEYWORD.ALL, 'all') },
      { ALT: () => this.word(KEYWORD.ANY, 'any') },
      { ALT: () => this.word(KEYWORD.NONE, 'none') },
      { ALT: () => this.word(KEYWORD.SINGLE, 'single') },
    ])
    this.CONSUME(SYMBOL.leftParen)
    const variable = nameOf(this.CONSUME(NameToken))
    this.CONSUME(KEYWORD.IN)
    const list = this.SUBRULE(this.expression)
    this.CONSUME(KEYWORD.WHERE)
    const where = this.SUBRULE2(this.expression)
    this.CONSUME(SYMBOL.rightParen)
    return { kind: 'quantifier', quantifier, variable, list, where, span: this.spanFrom(first) }
  })

  /** `name(arguments)`. */
  protected readonly call: Rule<Extract<Expression, { kind: 'call' }>> = this.rule('call', () => {
    const token = this.CONSUME(NameToken)
    this.CONSUME(SYMBOL.leftParen)
    const args: Argument[] = []
    const distinct = this.OPTION(() => this.CONSUME(KEYWORD.DISTINCT)) !== undefined
    const star = this.OPTION2({
      GATE: () => textOf(token).toUpperCase() === 'COUNT' && !distinct,
      DEF: () => this.CONSUME(SYMBOL.star),
    })
    if (this.RECORDING_PHASE || star === undefined) {
      this.MANY_SEP({ SEP: SYMBOL.comma, DEF: () => args.push(this.SUBRULE(this.argument)) })
    }
    this.CONSUME(SYMBOL.rightParen)
    const span = this.spanFrom(token)
    return { kind: 'call', name: nameOf(token), args, distinct, star: star !== undefined, span }
  })

  private readonly argument: Rule<Argument> = this.rule('argument', () => {
    const first = this.LA(1)
    let name: Name | undefined
    this.OPTION({
      GATE: () => this.ahead(NameToken, SYMBOL.assign),
      DEF: () => {
        name = nameOf(this.CONSUME(NameToken))
        this.CONSUME(SYMBOL.assign)
      },
    })
    const value = this.OR<Expression>({
      IGNORE_AMBIGUITIES: true,
      ERR_MSG: AN_EXPRESSION,
      DEF: [
        { GATE: () => this.atLambda(), ALT: () => this.SUBRULE(this.lambda) },
        { ALT: () => this.SUBRULE(this.expression) },
      ],
    })
    return { name, value, span: this.spanFrom(first) }
  })

  /** `x -> …` or `(x, y) -> …`: names, then an arrow. */
  private atLambda(): boolean {
    if (this.isNext(1, NameToken)) return this.isNext(2, SYMBOL.minus) && this.isNext(3, SYMBOL.greater)
    let distance = 1
    if (!this.isNext(distance++, SYMBOL.leftParen)) return false
    while (this.isNext(distance, NameToken) || this.isNext(distance, SYMBOL.comma)) distance++
    const closes = this.isNext(distance, SYMBOL.rightParen)
    return closes && this.isNext(distance + 1, SYMBOL.minus) && this.isNext(distance + 2, SYMBOL.greater)
  }

  private readonly lambda: Rule<LambdaExpression> = this.rule('lambda', () => {
    const first = this.LA(1)
    const parameters: Name[] = []
    this.OR([
      { ALT: () => parameters.push(nameOf(this.CONSUME(NameToken))) },
      {
        ALT: () => {
          this.CONSUME(SYMBOL.leftParen)
          this.AT_LEAST_ONE_SEP({
            SEP: SYMBOL.comma,
            DEF: () => parameters.push(nameOf(this.CONSUME2(NameToken))),
          })
          this.CONSUME(SYMBOL.rightParen)
        },
      },
    ])
    this.CONSUME(SYMBOL.minus)
    this.CONSUME(SYMBOL.greater)
    const body = this.SUBRULE(this.expression)
    return { kind: 'lambda', parameters, body, span: this.spanFrom(first) }
  })

  /** A type with its list and array suffixes. */
  readonly type: Rule<TypeNode> = this.rule('type', () => {
    const first = this.LA(1)
    let result = this.SUBRULE(this.baseType)
    this.MANY(() => {
      this.CONSUME(SYMBOL.leftBracket)
      const length = this.OPTION(() => Number(this.CONSUME(LITERAL.integer).image))
      const last = this.CONSUME(SYMBOL.rightBracket)
      const element = result
      result = this.ACTION<TypeNode>(() => {
        const place = this.typePlace(first, last)
        return length === undefined ? { kind: 'list', element, ...place } : { kind: 'array', element, length, ...place }
      })
    })
    return result
  })

  private readonly baseType: Rule<TypeNode> = this.rule('baseType', () => {
    const token = this.OR([{ ALT: () => this.CONSUME(NameToken) }, { ALT: () => this.CONSUME(KEYWORD.UNION) }])
    const name = this.ACTION(() => textOf(token))
    const numbers: number[] = []
    const types: TypeNode[] = []
    const fields: TypeField[] = []
    this.OPTION(() => {
      this.CONSUME(SYMBOL.leftParen)
      this.OR2({
        IGNORE_AMBIGUITIES: true,
        ERR_MSG: 'the parameters of a type',
        DEF: [
          {
            ALT: () =>
              this.AT_LEAST_ONE_SEP({
                SEP: SYMBOL.comma,
                DEF: () => numbers.push(Number(this.CONSUME(LITERAL.integer).image)),
              }),
          },
          {
            GATE: () => name.toUpperCase() === 'MAP',
            ALT: () => {
              types.push(this.SUBRULE(this.type))
              this.CONSUME(SYMBOL.comma)
              types.push(this.SUBRULE2(this.type))
            },
          },
          {
            GATE: () => ['STRUCT', 'UNION'].includes(name.toUpperCase()),
            ALT: () =>
              this.AT_LEAST_ONE_SEP2({ SEP: SYMBOL.comma, DEF: () => fields.push(this.SUBRULE(this.typeField)) }),
          },
        ],
      })
      this.CONSUME(SYMBOL.rightParen)
    })
    return this.ACTION<TypeNode>(() => {
      const place = this.typePlace(token, this.LA(0))
      const [key, value] = types
      if (key !== undefined && value !== undefined) return { kind: 'map', key, value, ...place }
      if (fields.length === 0) return { kind: 'named', name, numbers, ...place }
      return { kind: 'fields', name: name.toUpperCase() === 'UNION' ? 'UNION' : 'STRUCT', fields, ...place }
    })
  })

  private typePlace(first: IToken, last: IToken): Pick<TypeNode, 'span' | 'text'> {
    const span = spanBetween(first, last)
    return { span, text: this.source.slice(span.start, span.end) }
  }

  /** `name TYPE`. */
  protected readonly typeField: Rule<TypeField> = this.rule('typeField', () => {
    const name = nameOf(this.CONSUME(NameToken))
    return { name, type: this.SUBRULE(this.type) }
  })
}
