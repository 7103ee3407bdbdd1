import type { Ports } from '../../shared/ports/ports.ts'

/** A call of a port on its way. */
export interface PortCall {
  readonly port: string
  readonly method: string
  readonly args: readonly unknown[]
}

/** Does something around a call: lets it through, loses its answer, or never comes back. */
export type Around = (call: PortCall, run: () => Promise<unknown>) => Promise<unknown>

const EFFECTS: Readonly<Record<string, RegExp>> = {
  store: /^transact$/,
  hosts: /^(ensure|grow|remove)/,
  names: /^(ensure|remove)/,
  publicEntries: /^(ensure|remove)/,
  kafka: /^(create|delete|put|roundTrip|move|cancel|throttle|clear(Topic|Broker)|elect|unregister|updateFeatures)/,
  certificates: /^(ensureAuthority|forget)$/,
  workflows: /./,
  events: /./,
}

/** Tells whether a call changes anything outside the process that makes it. */
export function isEffect({ port, method }: PortCall): boolean {
  return EFFECTS[port]?.test(method) ?? false
}

/** The node that a call is about, where its first argument says so. */
export function nodeIdOf({ args: [first] }: PortCall): number | undefined {
  const nodeId: unknown = typeof first === 'object' && first !== null ? Reflect.get(first, 'nodeId') : undefined
  return typeof nodeId === 'number' ? nodeId : undefined
}

/** The object with `around` about every call of a method. */
export function intercepted<T extends object>(port: string, target: T, around: Around): T {
  return new Proxy(target, {
    get: (object, key) => {
      const member: unknown = Reflect.get(object, key)
      if (typeof member !== 'function') return member
      const method = String(key)
      return (...args: unknown[]) =>
        around({ port, method, args }, async () => Reflect.apply(member, object, args) as unknown)
    },
  })
}

/** The ports with `around` about every call that takes time: all but reading the clock, drawing ids and logging. */
export function interceptedPorts<P extends Ports>(ports: P, around: Around): P {
  return {
    ...ports,
    clock: {
      ...ports.clock,
      sleep: (...args: Parameters<Ports['clock']['sleep']>) =>
        around({ port: 'clock', method: 'sleep', args }, () => ports.clock.sleep(...args)).then(() => undefined),
    },
    store: intercepted('store', ports.store, around),
    workflows: intercepted('workflows', ports.workflows, around),
    hosts: intercepted('hosts', ports.hosts, around),
    kafka: intercepted('kafka', ports.kafka, around),
    names: intercepted('names', ports.names, around),
    publicEntries: intercepted('publicEntries', ports.publicEntries, around),
    certificates: intercepted('certificates', ports.certificates, around),
    events: intercepted('events', ports.events, around),
  }
}
