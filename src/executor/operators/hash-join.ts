import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { Operator } from '../../plan/operator.ts'
import { anyNull, type Code } from '../codegen/code.ts'
import { emitWhenNotNull } from '../codegen/conditions.ts'
import type { Emitter } from '../codegen/emitter.ts'
import { emitIdParts } from '../codegen/ids.ts'
import { InternTable } from '../codegen/key-codes.ts'
import { isNumeric, repOf } from '../codegen/rep.ts'
import { emitLoad, emitStore, layoutOf, type RowLayout } from '../codegen/row-layout.ts'
import { children } from '../codegen/used-slots.ts'
import { hasWrite } from '../codegen/write-order.ts'
import { JoinTable } from '../runtime/join-table.ts'
import { RowBuffer } from '../runtime/row-buffer.ts'
import { Continuation } from './apply.ts'
import { BufferedRows } from './buffered-rows.ts'

type HashJoin = Extract<Operator, { readonly op: 'hashJoin' }>

/** Code of one side's keys: numbers, and the condition that one is NULL (such rows have no partner). */
interface KeyCode {
  readonly numbers: readonly string[]
  readonly nul: string | null
}

/** Emits an equi-join: the build side fills a table in pipelines of its own, the probe side runs through. */
export function emitHashJoin(op: HashJoin, emitter: Emitter, consume: () => void): void {
  emitter.note(op, op.kind)
  const keys = new JoinKeys(op, emitter)
  let layout: RowLayout = { shapes: [], kinds: [] }
  const table = emitter.object((run) => new JoinTable(run, keys.width))
  const rows = emitter.object((run) => new RowBuffer(run, layout.kinds))
  const isBare = op.kind === 'semi' || op.kind === 'anti'
  const build = (): void => {
    if (emitter.isNested) for (const o of [table, rows]) emitter.line(`${emitter.use(o)}.clear()`)
    emitter.operator(op.build, () => {
      const key = keys.emit('build', emitter)
      emitWhenNotNull(key.nul, emitter, () => {
        emitProbe(key, table, emitter)
        emitter.line(`${emitter.use(table)}.add()`)
        if (isBare) return
        const slots = emitter.carried(emitter.demand(op).live.keys())
        layout = layoutOf(slots, op.kind === 'left')
        const row = emitter.hold(`${emitter.use(rows)}.add()`, 'i')
        emitStore(layout, slots, `${emitter.use(rows)}.columns`, row, emitter)
      })
    })
  }
  // what the child changes must be there before the build side is read
  const changed = hasWrite(op.child) ? BufferedRows.of(op.child, emitter) : null
  // a build side that does not look at the outer row is built once
  if (!emitter.isNested || hasArgument(op.build)) build()
  else emitter.detached(build)
  const probe = (): void => {
    const key = keys.emit('probe', emitter)
    if (isBare) emitBare(op, key, table, emitter, consume)
    else emitPartners(op, key, { table, rows, layout }, emitter, consume)
  }
  if (changed === null) emitter.operator(op.child, probe)
  else changed.emitRows(probe)
}

function hasArgument(op: Operator): boolean {
  return op.op === 'argument' || children(op).some(hasArgument)
}

function emitProbe(key: KeyCode, table: number, emitter: Emitter): void {
  const probe = emitter.use(emitter.object((run) => run.get<JoinTable>(table).probe))
  key.numbers.forEach((number, i) => {
    emitter.line(`${probe}[${i}] = ${number}`)
  })
}

function emitBare(op: HashJoin, key: KeyCode, table: number, emitter: Emitter, consume: () => void): void {
  const found = emitter.fresh('j')
  emitter.line(`let ${found} = -1`)
  emitWhenNotNull(key.nul, emitter, () => {
    emitProbe(key, table, emitter)
    emitter.line(`${found} = ${emitter.use(table)}.first()`)
  })
  emitter.countWork('1')
  emitter.within(`if (${found} ${op.kind === 'semi' ? '>=' : '<'} 0)`, consume)
}

function emitPartners(
  op: HashJoin,
  key: KeyCode,
  built: { readonly table: number; readonly rows: number; readonly layout: RowLayout },
  emitter: Emitter,
  consume: () => void,
): void {
  const outer = emitter.scope.visible()
  const partner = emitter.fresh('j')
  emitter.line(`let ${partner} = -1`)
  emitWhenNotNull(key.nul, emitter, () => {
    emitProbe(key, built.table, emitter)
    emitter.line(`${partner} = ${emitter.use(built.table)}.first()`)
  })
  const continuation = new Continuation(op, emitter)
  const isLeft = op.kind === 'left'
  const missing = isLeft ? emitter.hold(`${partner} < 0`, 'b') : ''
  emitter.countWork('1')
  emitter.loop(`for (; ${partner} >= 0; ${partner} = ${emitter.use(built.table)}.next[${partner}])`, () => {
    emitter.countWork('1')
    emitter.visit(op, '1')
    emitLoad(built.layout, `${emitter.use(built.rows)}.columns`, partner, emitter)
    if (isLeft) continuation.emit((slot) => !outer.has(slot), consume)
    else consume()
  })
  if (!isLeft) return
  emitter.within(`if (${missing})`, () => continuation.emitWithoutPartner((slot) => outer.has(slot)))
}

/** Brings the keys of both sides to numbers: ids to table and offset, other values through intern tables that both sides share. */
class JoinKeys {
  readonly #keys: HashJoin['keys']
  readonly #interns: readonly number[]
  width = 0

  constructor(op: HashJoin, emitter: Emitter) {
    this.#keys = op.keys
    this.#interns = op.keys.map(({ build }) => {
      const rep = repOf(build.type)
      const type = rep === 'any' ? build.type : null
      return emitter.object(() => new InternTable(type))
    })
  }

  emit(side: 'build' | 'probe', emitter: Emitter): KeyCode {
    const codes = this.#keys.map((key, i) => this.#key(key[side], i, side, emitter))
    this.width = codes.reduce((sum, c) => sum + c.numbers.length, 0)
    const nul = anyNull(codes.map((c): Code => ({ value: '', nul: c.nul, boxed: false, rep: 'any' })))
    return { numbers: codes.flatMap((c) => c.numbers), nul }
  }

  #key(e: BoundExpression, index: number, side: 'build' | 'probe', emitter: Emitter): KeyCode {
    const id = emitIdParts(e, emitter)
    if (id !== null) return { numbers: [id.offset, id.table], nul: id.nul }
    const code = emitter.holdCode(emitter.expression(e))
    if (e.type.id === 'INTERNAL_ID') return { numbers: [`${code.value}.offset`, `${code.value}.table`], nul: code.nul }
    return { numbers: [this.#number(code, index, side, emitter)], nul: code.nul }
  }

  #number(code: Code, index: number, side: 'build' | 'probe', emitter: Emitter): string {
    if (code.rep === 'number') return code.value
    if (code.rep === 'boolean') return `(${code.value} ? 1 : 0)`
    const intern = `${emitter.use(this.#interns[index]!)}.${side === 'build' ? 'code' : 'look'}(${code.value})`
    return isNumeric(code.rep) ? `(typeof ${code.value} === 'number' ? ${code.value} : ${intern})` : intern
  }
}
