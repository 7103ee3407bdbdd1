import { defineConfig } from 'vitest/config'

/**
 * `unit` needs nothing but Node and is part of every check. `simulation` runs the whole control plane under faults, in
 * virtual time but for minutes of processor time. `system` starts real processes (Kafka, emulators) and runs one file at a
 * time, because two cores hold at most six small Kafka JVMs.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/system/**', 'test/simulation/**'],
          testTimeout: 20_000,
        },
      },
      { test: { name: 'simulation', include: ['test/simulation/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
