import { expect, it } from 'vitest'
import { embeddedMetrics } from '../../../functions/adapters/embedded-metrics.ts'

it('writes figures as one line from which CloudWatch makes metrics of the stage', () => {
  const lines: string[] = []
  const record = embeddedMetrics({ stage: 'dev', now: () => 1_790_000_000_000, write: (line) => lines.push(line) })
  record({ SilentHosts: 2, StuckOperations: 0 })
  record({})
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      _aws: {
        Timestamp: 1_790_000_000_000,
        CloudWatchMetrics: [
          {
            Namespace: 'Weir',
            Dimensions: [['Stage']],
            Metrics: [
              { Name: 'SilentHosts', Unit: 'Count' },
              { Name: 'StuckOperations', Unit: 'Count' },
            ],
          },
        ],
      },
      Stage: 'dev',
      SilentHosts: 2,
      StuckOperations: 0,
    },
  ])
})
