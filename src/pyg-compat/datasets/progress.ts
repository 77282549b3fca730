/** Told how far a conversion is: `done` nodes or edges of `total`, or of an unknown number. */
export type DatasetProgress = (part: 'nodes' | 'edges', done: number, total: number | null) => void
