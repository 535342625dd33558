/** Why a backup or a restore was not made: what is wrong and how to mend it, for whoever runs the machine. */
export class BackupRefused extends Error {}
