/**
 * The names that devices, OLTs, exports, labels and people give the fields, in the languages of the
 * field.
 */
import type { ReadField } from './reading.ts';

/** A field, and the weight of the name: a PON serial number outweighs a serial number. */
export type Named = { field: ReadField | 'address' | 'down' | 'up'; weight: number };

/** `never`: the value of something that is not the CPE. */
type Meaning = Named | 'never';

const names: readonly (readonly [Named['field'], weight: number, names: string])[] = [
  [
    'manufacturer',
    2,
    'manufacturer vendor vendorname make brand hersteller marke fabricant fabricante',
  ],
  ['manufacturer', 2, 'produttore producent pengeluar ontvendor devicevendor oem proizvoditel'],
  ['manufacturer', 1, 'vendorid ontvendorid manufacturerid'],
  [
    'model',
    3,
    'model modelname productclass equipmentid ontequipmentid ontmodel devicemodel onumodel',
  ],
  [
    'model',
    3,
    'modell modele modelo modello onutype onttype devicetype cpemodel equipment hwmodel produk',
  ],
  ['model', 2, 'modelno modelnumber modelnr product productname typename producttype'],
  [
    'serialNumber',
    4,
    'fsan ponsn gponsn ponserial gponserialnumber ponserialnumber ontsn onusn ontserial',
  ],
  [
    'serialNumber',
    4,
    'ontserialnumber onuserialnumber serialnumberpon sernum gponserial phyid physicalid',
  ],
  [
    'serialNumber',
    3,
    'serialnumber serial sn serialno serialnr seriennummer seriennr numerodeserie',
  ],
  [
    'serialNumber',
    3,
    'numeroserie nserie nombursiri nosiri serienummer numerseryjny numerodiserie snumber',
  ],
  ['macAddress', 4, 'wanmac wanmacaddress ponmac ontmac onumac cpemac'],
  [
    'macAddress',
    3,
    'macaddress mac macaddr ethernetmac hwaddr hwaddress hardwareaddress hardwareethernet',
  ],
  [
    'macAddress',
    3,
    'macadresse adressemac direccionmac indirizzomac alamatmac adresmac enderecomac physaddress',
  ],
  [
    'address',
    4,
    'wanip wanipaddress wanipv4 externalipaddress publicip internetip wanaddress wanipv6',
  ],
  [
    'address',
    3,
    'ipaddress ip ipv4 ipv6 ipv4address ipv6address ipadresse adresseip direccionip cpeip',
  ],
  [
    'address',
    3,
    'indirizzoip alamatip adresip enderecoip primaryip primaryip4 primaryip6 inetaddr inet inet6',
  ],
  ['address', 2, 'address addr'],
  [
    'ipv6Prefix',
    4,
    'delegatedprefix delegatedipv6prefix ipv6prefix iapd prefixdelegation pdprefix',
  ],
  [
    'down',
    3,
    'down downstream download downkbps downstreamrate downrate bandwidthdown downspeed downloadspeed',
  ],
  [
    'down',
    3,
    'bandwidthdownkbps bandwidthdownkbits downloadrate muatturun descarga telechargement',
  ],
  [
    'up',
    3,
    'up upstream upload upkbps upstreamrate uprate bandwidthup upspeed uploadspeed uploadrate',
  ],
  ['up', 3, 'bandwidthupkbps bandwidthupkbits muatnaik subida envoi'],
  ['bandwidth', 3, 'bandwidth plan speed rate speedprofile lineprofile downup package bandbreite'],
  ['port', 4, 'onuinterface ontinterface onuindex onuif fspontid aid onuposition'],
  ['port', 3, 'port ponport location interface portlocation'],
];

/** Names of things that are not the CPE: never its address, MAC or serial number. */
const NEVER =
  /gateway|dns|^nas|relay|giaddr|calledstation|circuitid|remoteid|netmask|subnet|broadcast|^brd$|neighbou?r|peer|server|loopback|^lan|bridge|acsurl|management(?:ip|url|address|mac)|^mgmt|voip|^tr069|router(?:ip|address)|nexthop|olt(?:ip|mac|name)|equipmentsn|password|passwd|pwd|checkcode|loid|username|email|^login/;

/** Letters and digits of a name in lower case, without diacritics. */
export const plainName = (name: string): string =>
  name
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '');

const meanings = new Map<string, Named>(
  names.flatMap(([field, weight, list]) =>
    list.split(' ').map((name): [string, Named] => [name, { field, weight }]),
  ),
);

/** The meaning of a name; undefined where it names nothing of a CPE. */
export const meaningOf = (name: string): Meaning | undefined => {
  const plain = plainName(name);
  if (plain === '') return undefined;
  return meanings.get(plain) ?? (NEVER.test(plain) ? 'never' : undefined);
};
