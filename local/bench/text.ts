/** Says how far a benchmark is; its result goes to standard output. */
export function progress(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Milliseconds as people read them. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`
}

/** Bytes as people read them. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

/** A part of 1 as people read it. */
export function percent(part: number): string {
  return `${(part * 100).toFixed(0)} %`
}
