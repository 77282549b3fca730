/** A JSON number that was written with a fraction or exponent, or is too long for 64 bits. */
export class JsonReal {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

/** A JSON document. Whole numbers keep all digits; objects keep the order of their keys. */
export type JsonValue = null | boolean | string | number | bigint | JsonReal | JsonValue[] | JsonObject

/** A JSON object; of a repeated key the last value counts. */
export type JsonObject = Map<string, JsonValue>
