import { pollWithin, RETRY_HOST_WAIT } from '../retry.ts'
import { stepForEachNode } from '../workflow.ts'
import { fragment } from './fragment.ts'
import { restartPhase } from './restart-phase.ts'
import { restorePhase } from './restore-phase.ts'

/**
 * Kafka's own check on every host first, then what can change without a restart, then node by node what is read at the start only; the first node is the canary.
 * A node that does not come back gets the previous configuration again, and so does the cluster: kafka-operations §5.6.
 */
export const configPhase = <Next extends string>(next: Next) => ({
  ...fragment(['ChooseNode', 'JudgeFailure'], {
    EnterUpdating: {
      Type: 'Task',
      Step: 'enterUpdating',
      Assign: { nodes: '{% $states.result.Payload.nodes %}' },
      OnError: 'JudgeFailure',
      Next: 'PreflightHosts',
    },
    PreflightHosts: {
      Type: 'Map',
      Comment:
        'Every host that is to be restarted shows the new configuration to its Kafka before one of them is stopped.',
      Items: '{% $nodes %}',
      MaxConcurrency: 10,
      ItemProcessor: stepForEachNode({
        Comment: 'The check takes seconds. A host that says nothing for five minutes is lost.',
        Step: 'preflightConfig',
        Retry: RETRY_HOST_WAIT,
        TimeoutSeconds: 900,
        HeartbeatSeconds: 300,
      }),
      OnError: 'JudgeFailure',
      Next: 'ApplyDynamicConfig',
    },
    ApplyDynamicConfig: {
      Type: 'Task',
      Step: 'applyDynamicConfig',
      Retry: pollWithin(600),
      OnError: 'JudgeFailure',
      Next: 'ChooseNode',
    },
  }),
  ...restartPhase('VerifyConfig', 'JudgeFailure'),
  ...fragment([next, 'JudgeFailure'], {
    VerifyConfig: { Type: 'Task', Step: 'verifyConfig', Retry: pollWithin(300), OnError: 'JudgeFailure', Next: next },
  }),
  ...restorePhase('judgeConfigFailure', 'RevertConfig'),
  ...fragment(['RecordFailure'], {
    RevertConfig: {
      Type: 'Task',
      Step: 'revertConfig',
      Retry: pollWithin(600),
      OnError: 'RecordFailure',
      Next: 'RecordFailure',
    },
  }),
})
