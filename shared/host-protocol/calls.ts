/** The calls of a host to the control plane; what they carry stands in `messages.ts`. */
export const HOST_CALLS = {
  attach: { method: 'POST', path: '/host/v1/attach' },
  desired: { method: 'GET', path: '/host/v1/desired' },
  report: { method: 'POST', path: '/host/v1/report' },
  certificates: { method: 'POST', path: '/host/v1/certificates' },
} as const satisfies Record<string, { readonly method: 'GET' | 'POST'; readonly path: `/host/v1/${string}` }>

/** The name of a call. */
export type HostCallName = keyof typeof HOST_CALLS

/** All names, in the order of the table. */
export const HOST_CALL_NAMES = Object.keys(HOST_CALLS) as readonly HostCallName[]
