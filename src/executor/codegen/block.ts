/**
 * Text of generated code that can still grow at any nested place: lines and blocks inside blocks. A block that is made
 * early and filled late is how a declaration gets in front of code that was emitted before it was needed.
 */
export class Block {
  readonly #parts: (string | Block)[] = []

  line(text: string): void {
    this.#parts.push(text)
  }

  /** Adds an empty block at this place. */
  block(): Block {
    const block = new Block()
    this.#parts.push(block)
    return block
  }

  /** Adds a block that was filled elsewhere. */
  append(block: Block): void {
    this.#parts.push(block)
  }

  get isEmpty(): boolean {
    return this.#parts.every((p) => typeof p !== 'string' && p.isEmpty)
  }

  /** Characters of text. Cost: one walk. */
  get size(): number {
    let sum = 0
    for (const part of this.#parts) sum += typeof part === 'string' ? part.length + 1 : part.size
    return sum
  }

  print(): string {
    const lines: string[] = []
    this.#printInto(lines)
    return lines.join('\n')
  }

  #printInto(lines: string[]): void {
    for (const part of this.#parts) {
      if (typeof part === 'string') lines.push(part)
      else part.#printInto(lines)
    }
  }
}
