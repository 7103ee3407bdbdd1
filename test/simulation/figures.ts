import { afterAll, afterEach } from 'vitest'
import type { RunFigures } from './cluster-life.ts'
import { addUp, NO_FIGURES, type SimulationFigures } from './figures-table.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** What a test of the simulation ran, for the table at the end of all tests. */
    simulation?: SimulationFigures
  }
}

/** Counts what the tests of a file ran. */
export interface Figures {
  /** Failpoints: a step, on a node, with a kind of fault. */
  cells(count: number): void
  /** Deaths of the control plane. */
  deaths(count: number): void
  /** Faults of the cloud, the hosts, Kafka and the feed, and orders in the middle of others. */
  faults(count: number): void
  walks(count: number): void
  run(figures: Pick<RunFigures, 'virtualSeconds'>): void
}

/** Figures that go into the results of each test, and are printed when those of the file have ended. */
export function printedFigures(about: string, seed: number): Figures {
  let total: SimulationFigures = { ...NO_FIGURES, about }
  let current: SimulationFigures = total
  const add = (more: Partial<SimulationFigures>) => {
    current = addUp(current, { ...NO_FIGURES, about, ...more })
  }
  afterEach(({ task }) => {
    task.meta.simulation = current
    total = addUp(total, current)
    current = { ...NO_FIGURES, about }
  })
  afterAll(() => {
    const { cells, deaths, faults, walks, runs, virtualSeconds } = total
    const hours = (virtualSeconds / 3600).toFixed(1)
    console.log(
      `simulation, ${about}: ${cells} cells, ${deaths} deaths, ${faults} faults, ${walks} walks; ${runs} runs, ${hours} virtual hours, seed ${seed}`,
    )
  })
  return {
    cells: (count) => add({ cells: count }),
    deaths: (count) => add({ deaths: count }),
    faults: (count) => add({ faults: count }),
    walks: (count) => add({ walks: count }),
    run: ({ virtualSeconds }) => add({ runs: 1, virtualSeconds }),
  }
}
