import { keepMaintenance } from './keep-maintenance.ts'
import { keepSchedule } from './keep-schedule.ts'
import type { Duty } from './maintain.ts'
import { purgeKept } from './purge-kept.ts'
import { tellSupport } from './tell-support.ts'
import { watchDisks } from './watch-disks.ts'

/** What is done for each cluster in each run, in this order. */
export const DUTIES: readonly Duty[] = [tellSupport, watchDisks, keepMaintenance, purgeKept, keepSchedule]
