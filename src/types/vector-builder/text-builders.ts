import type { LogicalType } from '../logical-type.ts'
import type { Value } from '../value.ts'
import type { Vector } from '../vector.ts'
import { ColumnBuilder, trim } from './column-builder.ts'

/** Strings up to this length are encoded by a loop; beyond it the call into native code pays. */
const SHORT_TEXT = 24

/** Column of variable-length byte runs. */
abstract class BytesBuilder extends ColumnBuilder {
  protected offsets: Int32Array
  protected bytes: Buffer
  /** Bytes in use. */
  protected used = 0

  constructor(type: LogicalType, capacity: number) {
    super(type, capacity)
    this.offsets = new Int32Array(capacity + 1)
    this.bytes = Buffer.from(new ArrayBuffer(capacity * 16))
  }

  protected override get ownBytes(): number {
    return this.offsets.byteLength + this.bytes.byteLength
  }

  protected override resize(capacity: number): void {
    const longer = new Int32Array(capacity + 1)
    longer.set(this.offsets)
    this.offsets = longer
  }

  override appendNull(): void {
    super.appendNull()
    this.offsets[this.length] = this.used
  }

  /** Makes room for `extra` bytes after the used ones. */
  protected reserveBytes(extra: number): void {
    if (this.used + extra <= this.bytes.length) return
    let size = Math.max(this.bytes.length * 2, 64)
    while (size < this.used + extra) size *= 2
    const longer = Buffer.from(new ArrayBuffer(size))
    longer.set(this.bytes.subarray(0, this.used))
    this.bytes = longer
  }

  override finish(): Vector {
    const bytes = new Uint8Array(this.bytes.buffer, 0, this.bytes.length)
    return this.vector(null, trim(this.offsets, this.length + 1), trim(bytes, this.used), [])
  }
}

/** Column of STRING, JSON or UUID as UTF-8. */
export class TextBuilder extends BytesBuilder {
  override append(v: Value): void {
    if (v === null) {
      this.appendNull()
      return
    }
    const text = v as string
    this.reserveBytes(text.length * 3)
    this.takeRow()
    if (!(text.length <= SHORT_TEXT && this.#appendAscii(text))) this.used += this.bytes.write(text, this.used)
    this.offsets[this.length] = this.used
  }

  #appendAscii(text: string): boolean {
    const { bytes, used } = this
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit >= 0x80) return false
      bytes[used + i] = unit
    }
    this.used = used + text.length
    return true
  }
}

/** Column of BLOB. */
export class BlobBuilder extends BytesBuilder {
  override append(v: Value): void {
    if (v === null) {
      this.appendNull()
      return
    }
    const blob = v as Uint8Array
    this.reserveBytes(blob.length)
    this.takeRow()
    this.bytes.set(blob, this.used)
    this.used += blob.length
    this.offsets[this.length] = this.used
  }
}
