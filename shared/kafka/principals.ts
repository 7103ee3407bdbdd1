/** The common name in every broker's and controller's certificate. */
export const nodeCommonName = 'weir-node'

/** The common name in the certificate the control plane shows to a cluster. */
export const controlPlaneCommonName = 'weir-control-plane'

/** The distinguished name as Kafka's authorizer sees it (RFC 2253: last attribute first); the organisation is Weir's cluster id. */
export function distinguishedName(commonName: string, organisation: string): string {
  return `CN=${commonName},O=${organisation}`
}

/**
 * The `super.users` of a cluster. Kafka asks for it before the authorizer has loaded its rules, so nodes must be in it or a
 * restart deadlocks. Only distinguished names stand here: a SCRAM user is `User:<name>` too, and names hold no `=`.
 */
export function superUsers(organisation: string): string {
  return [nodeCommonName, controlPlaneCommonName]
    .map((commonName) => `User:${distinguishedName(commonName, organisation)}`)
    .join(';')
}
