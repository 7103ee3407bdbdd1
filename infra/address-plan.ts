import { AVAILABILITY_ZONES, type AvailabilityZone } from '../shared/catalogue/zones.ts'

/** The addresses of a zone in a VPC of our own. */
export interface ZoneAddresses {
  readonly hosts: string
  /** Of the functions that talk to Kafka, and of the endpoints. */
  readonly functions: string
  /** Of load balancers that the internet reaches, where there are any. */
  readonly balancers: string
}

/**
 * The addresses of a zone follow from its name alone, never from which other zones there are: a subnet keeps its
 * addresses when a zone or a kind of subnet comes later. A quarter of the VPC is for each zone and one is spare; of
 * a zone, half is for hosts and a quarter each for functions and load balancers.
 */
export function addressPlan(cidr: string, zone: AvailabilityZone): ZoneAddresses {
  const [address = '', bits = ''] = cidr.split('/')
  const vpcBits = Number(bits)
  const first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const quarterOfZone = 2 ** (32 - vpcBits - 4)
  const zoneFirst = first + AVAILABILITY_ZONES.indexOf(zone) * 4 * quarterOfZone
  return {
    hosts: `${text(zoneFirst)}/${vpcBits + 3}`,
    functions: `${text(zoneFirst + 2 * quarterOfZone)}/${vpcBits + 4}`,
    balancers: `${text(zoneFirst + 3 * quarterOfZone)}/${vpcBits + 4}`,
  }
}

function text(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')
}
