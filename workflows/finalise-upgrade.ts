import { asking, atBorder } from './fragments/border.ts'
import { outcomes } from './fragments/outcomes.ts'
import { EXECUTION_LIMIT_SECONDS, pollWithin } from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/** How long a change of a level may take to be known everywhere, in seconds (kafka-operations §4). */
const KNOWN_WITHIN_SECONDS = 60

/** The levels of features, each by itself and never the quorum's; no broker is touched: kafka-operations §5.7. */
export const finaliseUpgrade = defineWorkflow({
  Comment: 'Finalise the feature levels of a release, metadata first, when every node supports them.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'RecordFailure',
  States: {
    BeginOperation: { Type: 'Task', Step: 'beginOperation', Next: 'CheckFeatures' },
    CheckFeatures: {
      Type: 'Task',
      Step: 'checkFeatures',
      Retry: pollWithin(KNOWN_WITHIN_SECONDS),
      Next: 'ChooseFeature',
    },
    ChooseFeature: asking('chooseFeature', { Next: 'FeatureVerdict' }),
    FeatureVerdict: atBorder({ Finalise: 'FinaliseFeature' }, 'AwaitFeatures'),
    FinaliseFeature: {
      Type: 'Task',
      Step: 'finaliseFeature',
      Retry: pollWithin(KNOWN_WITHIN_SECONDS),
      Next: 'ChooseFeature',
    },
    AwaitFeatures: {
      Type: 'Task',
      Step: 'awaitFeatures',
      Retry: pollWithin(KNOWN_WITHIN_SECONDS),
      Next: 'CompleteOperation',
    },
    ...outcomes,
  },
})
