import { writeFileSync } from 'node:fs'
import { crc32, deflateRawSync } from 'node:zlib'

/** A member of an archive. */
export interface ZipMember {
  readonly name: string
  readonly data: Uint8Array
  readonly deflated?: boolean
}

/**
 * Writes a zip archive as numpy does.
 * @param zip64 whether sizes and places stand in the fields of zip64 only, as in archives of more than 4 GiB.
 */
export function writeZip(path: string, members: readonly ZipMember[], zip64 = false): void {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, data, deflated = false } of members) {
    const stored = deflated ? deflateRawSync(data) : Buffer.from(data)
    const file = Buffer.from(name)
    const extra = zip64 ? zip64Field([data.length, stored.length, at]) : Buffer.alloc(0)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(zip64 ? 45 : 20, 0)
    common.writeUInt16LE(deflated ? 8 : 0, 4)
    common.writeUInt32LE(crc32(data), 10)
    common.writeUInt32LE(zip64 ? 0xffff_ffff : stored.length, 14)
    common.writeUInt32LE(zip64 ? 0xffff_ffff : data.length, 18)
    common.writeUInt16LE(file.length, 22)
    const localExtra = zip64 ? zip64Field([data.length, stored.length]) : Buffer.alloc(0)
    common.writeUInt16LE(localExtra.length, 24)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, file, localExtra, stored])
    common.writeUInt16LE(extra.length, 24)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(zip64 ? 0xffff_ffff : at, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, rest, file, extra]))
    parts.push(local)
    at += local.length
  }
  const central = Buffer.concat(directory)
  writeFileSync(path, Buffer.concat([...parts, central, ends(members.length, central.length, at, zip64)]))
}

function zip64Field(values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * values.length)
  field.writeUInt16LE(1, 0)
  field.writeUInt16LE(8 * values.length, 2)
  for (const [i, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), 4 + 8 * i)
  return field
}

function ends(count: number, bytes: number, at: number, zip64: boolean): Buffer {
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(zip64 ? 0xffff : count, 8)
  end.writeUInt16LE(zip64 ? 0xffff : count, 10)
  end.writeUInt32LE(zip64 ? 0xffff_ffff : bytes, 12)
  end.writeUInt32LE(zip64 ? 0xffff_ffff : at, 16)
  if (!zip64) return end
  const end64 = Buffer.alloc(56)
  end64.write('PK\x06\x06', 'latin1')
  end64.writeBigUInt64LE(44n, 4)
  end64.writeUInt16LE(45, 12)
  end64.writeUInt16LE(45, 14)
  end64.writeBigUInt64LE(BigInt(count), 24)
  end64.writeBigUInt64LE(BigInt(count), 32)
  end64.writeBigUInt64LE(BigInt(bytes), 40)
  end64.writeBigUInt64LE(BigInt(at), 48)
  const locator = Buffer.alloc(20)
  locator.write('PK\x06\x07', 'latin1')
  locator.writeBigUInt64LE(BigInt(at + bytes), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([end64, locator, end])
}
