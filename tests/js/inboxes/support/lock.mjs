// Keeps a SQLite file locked until its standard input ends.

const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
const database = new DatabaseSync(process.argv[2])
database.exec('PRAGMA busy_timeout = 10000; BEGIN EXCLUSIVE')
process.stdout.write('locked\n')
process.stdin.resume().on('end', () => database.exec('COMMIT'))
