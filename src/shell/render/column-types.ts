const NUMERIC = /^(U?INT\d+|SERIAL|FLOAT|DOUBLE|DECIMAL\(.*\))$/

/** @returns whether values of a type stand at the right of their column. */
export function isNumeric(type: string): boolean {
  return NUMERIC.test(type)
}
