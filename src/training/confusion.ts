/** Counts of predicted against true classes, from which accuracy and F1 follow. */
export class Confusion {
  readonly #classes: number
  readonly #right: Float64Array
  readonly #predicted: Float64Array
  readonly #actual: Float64Array

  constructor(classes: number) {
    this.#classes = classes
    this.#right = new Float64Array(classes)
    this.#predicted = new Float64Array(classes)
    this.#actual = new Float64Array(classes)
  }

  /** Counts one batch; both arrays hold classes, the longer one's rest is ignored. */
  add(predicted: ArrayLike<number>, actual: ArrayLike<number>): void {
    const rows = Math.min(predicted.length, actual.length)
    for (let i = 0; i < rows; i++) {
      this.#predicted[predicted[i]!]!++
      this.#actual[actual[i]!]!++
      if (predicted[i] === actual[i]) this.#right[actual[i]!]!++
    }
  }

  /** Number of rows counted. */
  get count(): number {
    return this.#actual.reduce((a, b) => a + b, 0)
  }

  /** Share of rows that are right; NaN before the first. */
  get accuracy(): number {
    return this.#right.reduce((a, b) => a + b, 0) / this.count
  }

  /** Mean F1 of the classes that occur among the true or the predicted ones, as scikit-learn's macro average. */
  get macroF1(): number {
    let sum = 0
    let seen = 0
    for (let c = 0; c < this.#classes; c++) {
      const together = this.#predicted[c]! + this.#actual[c]!
      if (together === 0) continue
      seen++
      sum += (2 * this.#right[c]!) / together
    }
    return sum / seen
  }
}
