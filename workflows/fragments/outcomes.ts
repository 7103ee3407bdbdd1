import { fragment } from './fragment.ts'

/** How every execution ends: well, or with the reason written into the operation. */
export const ends = fragment([], {
  Done: { Type: 'Succeed' },
  RecordFailure: { Type: 'Task', Step: 'recordFailure', OnError: 'Failed', Next: 'Failed' },
  Failed: { Type: 'Fail', Error: 'OperationFailed', Cause: 'The reason is in the operation.' },
})

/** How an operation that goes node by node ends: complete, or at a border between two nodes where somebody wished so. */
export const outcomes = {
  ...fragment(['Done', 'RecordFailure'], {
    CompleteOperation: { Type: 'Task', Step: 'completeOperation', OnError: 'RecordFailure', Next: 'Done' },
    RecordPaused: { Type: 'Task', Step: 'recordPaused', OnError: 'RecordFailure', Next: 'Done' },
    RecordCancelled: { Type: 'Task', Step: 'recordCancelled', OnError: 'RecordFailure', Next: 'Done' },
  }),
  ...ends,
} as const
