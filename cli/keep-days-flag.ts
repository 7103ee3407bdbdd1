import { wholeNumber } from './cluster-order.ts'

/** For how long a delete can be undone, as an option of orders and changes. */
export const KEEP_DAYS_FLAG = [
  '--keep-days <n>',
  'for how many days a delete keeps the cluster, so that it can be restored (default: 0)',
  wholeNumber,
] as const
