import { afterAll } from 'vitest'
import type { RunFigures } from './cluster-life.ts'

/** Counts what the tests of a file ran, for one line at their end. */
export interface Figures {
  cell(count?: number): void
  run(figures: Pick<RunFigures, 'virtualSeconds'>): void
}

/** Figures that are printed when the tests of the file have ended. */
export function printedFigures(what: string, seed: number): Figures {
  let cells = 0
  let runs = 0
  let virtualSeconds = 0
  afterAll(() => {
    const hours = (virtualSeconds / 3600).toFixed(1)
    console.log(`simulation, ${what}: ${cells} cells, ${runs} runs, ${hours} virtual hours, seed ${seed}`)
  })
  return {
    cell: (count = 1) => {
      cells += count
    },
    run: (figures) => {
      runs++
      virtualSeconds += figures.virtualSeconds
    },
  }
}
