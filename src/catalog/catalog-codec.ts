import { Catalog, type CatalogData } from './catalog.ts'

/** Bigints as `{"$int": "…"}`: the only values of a catalog that JSON has no form for. */
function replacer(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? { $int: value.toString() } : value
}

function reviver(_key: string, value: unknown): unknown {
  if (value !== null && typeof value === 'object' && '$int' in value && typeof value.$int === 'string')
    return BigInt(value.$int)
  return value
}

/** @returns the catalog as a record of the database: UTF-8 JSON. Format: docs/storage-format.md, "Catalog record". */
export function encodeCatalog(catalog: Catalog): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(catalog.data, replacer))
}

/** The reverse of {@link encodeCatalog}; null (no record yet) gives the empty catalog. */
export function decodeCatalog(record: Uint8Array | null): Catalog {
  if (record === null) return new Catalog()
  return new Catalog(JSON.parse(new TextDecoder().decode(record), reviver) as CatalogData)
}
