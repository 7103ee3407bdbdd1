import { ends } from './fragments/outcomes.ts'
import { stopPhase } from './fragments/stop-phase.ts'
import { EXECUTION_LIMIT_SECONDS, RETRY_REMOVAL } from './retry.ts'
import { defineWorkflow, forEachNode } from './workflow.ts'

/** From any status to nothing left: kafka-operations §5.9. */
export const deleteCluster = defineWorkflow({
  Comment:
    'Take a cluster away: machines, volumes and addresses, then everything that bears its tag, then its records.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'RecordFailure',
  States: {
    BeginOperation: {
      Type: 'Task',
      Step: 'beginOperation',
      Assign: { nodes: '{% $states.result.Payload.nodes %}', keeps: '{% $states.result.Payload.keeps %}' },
      Next: 'StopPreempted',
    },
    StopPreempted: { Type: 'Task', Step: 'stopPreempted', Next: 'WhatIsKept' },
    WhatIsKept: {
      Type: 'Choice',
      Comment: 'Where the order says so, the volumes are kept for a while, and all that a restore needs.',
      Choices: [{ Condition: '{% $keeps %}', Next: 'ChooseBrokersToStop' }],
      Default: 'RemoveNames',
    },
    ...stopPhase('KeepCluster', 'RecordFailure', 'RecordFailure'),
    KeepCluster: { Type: 'Task', Step: 'keepCluster', Next: 'Done' },
    RemoveNames: {
      Type: 'Task',
      Comment: 'Before an address is free for another cluster, which no name of this one may lead to.',
      Step: 'removeNames',
      Retry: RETRY_REMOVAL,
      Next: 'RemovePublicEntry',
    },
    RemovePublicEntry: { Type: 'Task', Step: 'removePublicEntry', Retry: RETRY_REMOVAL, Next: 'DeleteBrokers' },
    DeleteBrokers: {
      Type: 'Map',
      Items: '{% $nodes %}',
      MaxConcurrency: 10,
      ItemProcessor: forEachNode({
        StartAt: 'EnterBrokerDeleting',
        States: {
          EnterBrokerDeleting: { Type: 'Task', Step: 'enterBrokerDeleting', Next: 'RemoveInstance' },
          RemoveInstance: { Type: 'Task', Step: 'removeInstance', Retry: RETRY_REMOVAL, Next: 'RemoveVolume' },
          RemoveVolume: { Type: 'Task', Step: 'removeVolume', Retry: RETRY_REMOVAL, Next: 'RemoveAddress' },
          RemoveAddress: { Type: 'Task', Step: 'removeAddress', Retry: RETRY_REMOVAL, Next: 'FinishBroker' },
          FinishBroker: { Type: 'Task', Step: 'finishBroker', End: true },
        },
      }),
      Next: 'RemoveSecurityGroup',
    },
    RemoveSecurityGroup: { Type: 'Task', Step: 'removeSecurityGroup', Retry: RETRY_REMOVAL, Next: 'SweepResources' },
    SweepResources: {
      Type: 'Task',
      Comment: 'Found by tag, not by our own records: also what an interrupted create left.',
      Step: 'sweepResources',
      Retry: RETRY_REMOVAL,
      Next: 'ForgetCluster',
    },
    ForgetCluster: { Type: 'Task', Step: 'forgetCluster', Retry: RETRY_REMOVAL, Next: 'CompleteOperation' },
    CompleteOperation: { Type: 'Task', Step: 'completeDelete', Next: 'Done' },
    ...ends,
  },
})
