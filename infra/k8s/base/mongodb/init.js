// For mongosh: makes the replica set SERVICE of MEMBERS, and in it the user SERVICE, who may read and write the database
// SERVICE and nothing else. Can be repeated; a changed password is set.
const service = process.env.SERVICE;
const members = process.env.MEMBERS.split(',');
const secret = (name) =>
  require('fs').readFileSync(`${process.env.SECRETS ?? '/run/mongodb'}/${name}`, 'utf8').replace(/\s/g, '');
// The members' own account, which exists before any other. Its password is the key they share.
const key = encodeURIComponent(secret('keyfile'));
const mongo = (hosts, options) =>
  new Mongo(`mongodb://__system:${key}@${hosts}/?authSource=local&serverSelectionTimeoutMS=5000&${options}`);

const deadline = Date.now() + 120_000;
function patiently(what, attempt) {
  for (;;) {
    try {
      // Not returned as it is: mongosh would wait for it only outside of this block.
      const result = attempt();
      return result;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      print(`${what}: ${error.message}; trying again`);
      sleep(2000);
    }
  }
}

for (const member of members) {
  patiently(member, () => mongo(member, 'directConnection=true').getDB('admin').runCommand({ ping: 1 }));
}
patiently('replica set', () => {
  try {
    const config = { _id: service, members: members.map((host, _id) => ({ _id, host })) };
    mongo(members[0], 'directConnection=true').getDB('admin').adminCommand({ replSetInitiate: config });
  } catch (error) {
    if (error.codeName !== 'AlreadyInitialized') throw error;
  }
});
patiently('user', () => {
  const database = mongo(members.join(), `replicaSet=${service}`).getDB(service);
  const pwd = secret('password');
  const roles = [{ role: 'readWrite', db: service }];
  if (database.getUser(service)) database.updateUser(service, { pwd, roles });
  else database.createUser({ user: service, pwd, roles });
});
print(`${service} has its user`);
