import { asking, atBorder } from './fragments/border.ts'
import { outcomes } from './fragments/outcomes.ts'
import { GATED_RESTART } from './fragments/restart-phase.ts'
import { restorePhase } from './fragments/restore-phase.ts'
import { EXECUTION_LIMIT_SECONDS, pollWithin, RETRY_HOST_WAIT } from './retry.ts'
import { defineWorkflow, stepForEachNode } from './workflow.ts'

/**
 * Another release on every node, one after the other, newer or older: kafka-operations §5.7 (a). It can be taken back until what
 * the release brings is finalised, which is another operation.
 */
export const upgradeKafka = defineWorkflow({
  Comment:
    'Put the release on every host, roll it node by node; a node that does not come back gets its own one again.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'JudgeFailure',
  States: {
    BeginOperation: { Type: 'Task', Step: 'beginOperation', Next: 'StageRelease' },
    StageRelease: { Type: 'Task', Step: 'stageRelease', Next: 'EnterRelease' },
    EnterRelease: {
      Type: 'Task',
      Step: 'enterRelease',
      Assign: { nodes: '{% $states.result.Payload.nodes %}' },
      Next: 'PreflightHosts',
    },
    PreflightHosts: {
      Type: 'Map',
      Comment: 'Every host has the release beside its own one, and that would start, before one of them is stopped.',
      Items: '{% $nodes %}',
      MaxConcurrency: 40,
      ItemProcessor: stepForEachNode({
        Comment: 'A release is fetched within a minute. A host that says nothing for five minutes is lost.',
        Step: 'preflightRelease',
        Retry: RETRY_HOST_WAIT,
        TimeoutSeconds: 1800,
        HeartbeatSeconds: 300,
      }),
      Next: 'ChooseUpgrade',
    },
    ChooseUpgrade: asking('chooseUpgrade', { Next: 'UpgradeVerdict' }),
    UpgradeVerdict: atBorder({ Next: 'EnterUpgrading' }, 'ProveWithCanary'),
    EnterUpgrading: { Type: 'Task', Step: 'enterUpgrading', Node: '$node.nodeId', Next: 'UpgradeNode' },
    UpgradeNode: {
      Type: 'Task',
      Step: 'upgradeNode',
      Node: '$node.nodeId',
      ...GATED_RESTART,
      Next: 'AwaitInSync',
    },
    AwaitInSync: {
      Type: 'Task',
      Comment: 'A node that gets on is waited for; the step itself refuses to wait for one that does not.',
      Step: 'awaitInSync',
      Node: '$node.nodeId',
      Retry: pollWithin(21_600),
      Next: 'ProveRelease',
    },
    ProveRelease: {
      Type: 'Task',
      Step: 'proveRelease',
      Node: '$node.nodeId',
      Retry: pollWithin(120),
      Next: 'FinishNode',
    },
    FinishNode: { Type: 'Task', Step: 'finishNode', Node: '$node.nodeId', Next: 'ChooseUpgrade' },
    ProveWithCanary: { Type: 'Task', Step: 'proveWithCanary', Retry: pollWithin(120), Next: 'CompleteOperation' },
    ...restorePhase('judgeUpgradeFailure', 'RevertRelease'),
    RevertRelease: { Type: 'Task', Step: 'revertRelease', OnError: 'RecordFailure', Next: 'RecordFailure' },
    ...outcomes,
  },
})
