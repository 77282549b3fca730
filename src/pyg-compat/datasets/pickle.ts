import { DatabaseError } from '../../errors/database-error.ts'

/** An object of a class that the reader knows nothing of: its name, what it was made from, and its state. */
export interface PickledObject {
  readonly type: string
  readonly args: readonly Pickled[]
  state: Pickled
  /** Items set by key, as of a defaultdict. */
  readonly items: Map<Pickled, Pickled>
}

/** A value of a pickle. Strings of Python 2 are bytes, and stay bytes. */
export type Pickled =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Pickled[]
  | Map<Pickled, Pickled>
  | PickledGlobal
  | PickledObject

/** The name of a class or function. It is never called. */
export interface PickledGlobal {
  readonly global: string
}

const MARK = Symbol('mark')

/**
 * Reads a pickle of protocol 0 to 3 as far as arrays, lists and dictionaries need it. Nothing is executed: classes stay names.
 * Source: the opcodes of Python's pickletools.
 * @throws {DatabaseError} BAD_FILE for other opcodes, and for a file that is cut off.
 */
export function readPickle(bytes: Uint8Array, file: string): Pickled {
  return new PickleReader(bytes, file).run()
}

class PickleReader {
  readonly #bytes: Buffer
  readonly #file: string
  readonly #memo = new Map<number, Pickled>()
  readonly #stack: (Pickled | typeof MARK)[] = []
  #at = 0

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#file = file
  }

  run(): Pickled {
    try {
      for (;;) {
        const code = String.fromCharCode(this.#bytes.readUInt8(this.#at++))
        if (code === '.') return this.#pop()
        if (!this.#scalar(code) && !this.#container(code) && !this.#object(code) && !this.#remember(code)) {
          throw this.#bad(`opcode ${JSON.stringify(code)} at byte ${this.#at - 1} is not known`)
        }
      }
    } catch (error) {
      if (error instanceof RangeError) throw this.#bad('it is cut off')
      throw error
    }
  }

  /** Numbers, strings, None and booleans. */
  #scalar(code: string): boolean {
    const b = this.#bytes
    switch (code) {
      case '\x80':
        if (this.#u8() > 3) throw this.#bad('its protocol is newer than 3')
        return true
      case 'N':
        return this.#push(null)
      case '\x88':
        return this.#push(true)
      case '\x89':
        return this.#push(false)
      case 'K':
        return this.#push(this.#u8())
      case 'M':
        return this.#push(b.readUInt16LE(this.#skip(2)))
      case 'J':
        return this.#push(b.readInt32LE(this.#skip(4)))
      case '\x8a':
        return this.#push(this.#long(this.#u8()))
      case 'G':
        return this.#push(b.readDoubleBE(this.#skip(8)))
      case 'I':
        return this.#push(integerText(this.#line()))
      case 'L':
        return this.#push(Number(this.#line().replace(/L$/, '')))
      case 'F':
        return this.#push(Number(this.#line()))
      case 'U':
      case 'C':
        return this.#push(this.#take(this.#u8()))
      case 'T':
      case 'B':
        return this.#push(this.#take(b.readUInt32LE(this.#skip(4))))
      case 'X':
        return this.#push(this.#take(b.readUInt32LE(this.#skip(4))).toString('utf8'))
      case 'S':
        return this.#push(quotedBytes(this.#line()))
      case 'V':
        return this.#push(unescaped(this.#line()))
      default:
        return false
    }
  }

  /** Tuples, lists and dictionaries. */
  #container(code: string): boolean {
    switch (code) {
      case '(':
        this.#stack.push(MARK)
        return true
      case ')':
      case ']':
        return this.#push([])
      case 't':
      case 'l':
        return this.#push(this.#popToMark())
      case '\x85':
      case '\x86':
      case '\x87':
        return this.#push(this.#popMany(code.charCodeAt(0) - 0x84))
      case '}':
        return this.#push(new Map())
      case 'd':
        return this.#push(pairs(this.#popToMark(), new Map()))
      case 'a': {
        const value = this.#pop()
        this.#list().push(value)
        return true
      }
      case 'e': {
        const values = this.#popToMark()
        for (const value of values) this.#list().push(value)
        return true
      }
      case 's':
        pairs(this.#popMany(2), this.#map())
        return true
      case 'u': {
        const values = this.#popToMark()
        pairs(values, this.#map())
        return true
      }
      case '0':
        this.#pop()
        return true
      default:
        return false
    }
  }

  /** Classes, and objects made from them. */
  #object(code: string): boolean {
    switch (code) {
      case 'c': {
        const module = this.#line()
        return this.#push({ global: `${module}.${this.#line()}` })
      }
      case 'R':
      case '\x81': {
        const [type, args] = this.#popMany(2)
        const name = isGlobal(type) ? type.global : '?'
        // how Python 3 writes bytes for Python 2
        if (name === '_codecs.encode' && Array.isArray(args)) return this.#push(Buffer.from(String(args[0]), 'latin1'))
        // objects of protocol 0 and 1 name their class as the first argument of a helper
        const helped = name.endsWith('._reconstructor') && Array.isArray(args) && isGlobal(args[0])
        return this.#push({
          type: helped ? (args[0] as PickledGlobal).global : name,
          args: Array.isArray(args) ? args : [],
          state: null,
          items: new Map(),
        })
      }
      case 'b': {
        const state = this.#pop()
        const object = this.#top()
        if (!isObject(object)) throw this.#bad('a state belongs to no object')
        object.state = state
        return true
      }
      default:
        return false
    }
  }

  #remember(code: string): boolean {
    switch (code) {
      case 'q':
        this.#memo.set(this.#u8(), this.#top())
        return true
      case 'r':
        this.#memo.set(this.#bytes.readUInt32LE(this.#skip(4)), this.#top())
        return true
      case 'p':
        this.#memo.set(Number(this.#line()), this.#top())
        return true
      case 'h':
        return this.#push(this.#recall(this.#u8()))
      case 'j':
        return this.#push(this.#recall(this.#bytes.readUInt32LE(this.#skip(4))))
      case 'g':
        return this.#push(this.#recall(Number(this.#line())))
      default:
        return false
    }
  }

  #recall(key: number): Pickled {
    const value = this.#memo.get(key)
    if (value === undefined) throw this.#bad(`entry ${key} of its memo is not there`)
    return value
  }

  #push(value: Pickled): true {
    this.#stack.push(value)
    return true
  }

  #pop(): Pickled {
    const value = this.#stack.pop()
    if (value === undefined || value === MARK) throw this.#bad('its stack is empty')
    return value
  }

  #top(): Pickled {
    const value = this.#pop()
    this.#stack.push(value)
    return value
  }

  #popMany(count: number): Pickled[] {
    return Array.from({ length: count }, () => this.#pop()).reverse()
  }

  #popToMark(): Pickled[] {
    const from = this.#stack.lastIndexOf(MARK)
    if (from < 0) throw this.#bad('its stack has no mark')
    return this.#stack.splice(from).slice(1) as Pickled[]
  }

  #list(): Pickled[] {
    const list = this.#top()
    if (!Array.isArray(list)) throw this.#bad('something is appended to what is no list')
    return list
  }

  #map(): Map<Pickled, Pickled> {
    const target = this.#top()
    if (target instanceof Map) return target
    if (isObject(target)) return target.items
    throw this.#bad('an item is set in what is no dictionary')
  }

  #u8(): number {
    return this.#bytes.readUInt8(this.#at++)
  }

  #skip(bytes: number): number {
    this.#at += bytes
    return this.#at - bytes
  }

  #take(bytes: number): Buffer {
    const start = this.#skip(bytes)
    if (this.#at > this.#bytes.length) throw this.#bad('it is cut off')
    return this.#bytes.subarray(start, this.#at)
  }

  #line(): string {
    const end = this.#bytes.indexOf(10, this.#at)
    if (end < 0) throw this.#bad('it is cut off')
    const text = this.#bytes.toString('latin1', this.#at, end)
    this.#at = end + 1
    return text
  }

  #long(length: number): number | bigint {
    let value = 0n
    const bytes = this.#take(length)
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!)
    const signed = length === 0 ? 0n : BigInt.asIntN(8 * length, value)
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed
  }

  #bad(reason: string): DatabaseError {
    const text = `Error in file ${this.#file}: the pickle cannot be read: ${reason}.`
    return new DatabaseError('BAD_FILE', text, { facts: { file: this.#file } })
  }
}

/** @returns whether a value is the name of a class. */
function isGlobal(value: Pickled | undefined): value is PickledGlobal {
  return value !== null && typeof value === 'object' && 'global' in value
}

/** @returns whether a value is an object of some class. */
export function isObject(value: Pickled | undefined): value is PickledObject {
  return value !== null && typeof value === 'object' && 'items' in value
}

function pairs(flat: readonly Pickled[], target: Map<Pickled, Pickled>): Map<Pickled, Pickled> {
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const key = flat[i]!
    target.set(key instanceof Uint8Array ? Buffer.from(key).toString('latin1') : key, flat[i + 1]!)
  }
  return target
}

function integerText(text: string): number | boolean {
  if (text === '00' || text === '01') return text === '01'
  return Number(text)
}

/** Text of protocol 0: latin1, other characters by number. */
function unescaped(line: string): string {
  return line.replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

/** Bytes of a string of protocol 0, written as Python writes them. */
function quotedBytes(line: string): Uint8Array {
  const inner = line.slice(1, -1)
  const plain = inner.replace(/\\(x[0-9a-f]{2}|.)/gi, (_, code: string) => {
    if (code.length === 3) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    return { n: '\n', r: '\r', t: '\t' }[code] ?? code
  })
  return Buffer.from(plain, 'latin1')
}
