import { describe, expect, it } from 'vitest'
import {
  autoscalingField,
  autoscalingText,
  diskAutoscaling,
  maintenanceWindow,
  windowText,
} from '../../cli/maintenance-flags.ts'

describe('--disk-autoscaling', () => {
  it('takes any of its parts, with or without their units, and each of them or all may be off', () => {
    expect(diskAutoscaling('planned=80,emergency=90,limit=2000GiB')).toEqual({
      plannedAtPercent: 80,
      emergencyAtPercent: 90,
      limitGiB: 2000,
    })
    expect(diskAutoscaling('emergency=95%')).toEqual({ emergencyAtPercent: 95 })
    expect(diskAutoscaling('planned=off, limit=10')).toEqual({ plannedAtPercent: null, limitGiB: 10 })
    expect(autoscalingField(diskAutoscaling('off'))).toBeNull()
    expect(autoscalingField(undefined)).toBeUndefined()
  })

  it.each(['', 'on', 'planned', 'planned=', 'planned=many', 'most=3', 'limit=2TiB'])('does not take %j', (text) => {
    expect(() => diskAutoscaling(text)).toThrow('It must be')
  })
})

describe('--maintenance-window', () => {
  it('takes a day, a time and a length', () => {
    expect(maintenanceWindow('Sun 03:00 4h')).toEqual({ day: 'Sun', startTime: '03:00', durationHours: 4 })
  })

  it.each(['', 'Sun', 'Sun 03:00', 'Sun 03:00 4', 'Sun 03:00 4h UTC'])('does not take %j', (text) => {
    expect(() => maintenanceWindow(text)).toThrow('It must be')
  })
})

it('both are shown to people', () => {
  expect(windowText({ day: 'Mon', startTime: '22:30', durationHours: 2 })).toBe('Mon 22:30 UTC, 2 h')
  expect(autoscalingText(undefined)).toBe('off')
  expect(autoscalingText({ plannedAtPercent: 80, limitGiB: 9 })).toBe('at 80 % in the window, to 9 GiB at most')
})
