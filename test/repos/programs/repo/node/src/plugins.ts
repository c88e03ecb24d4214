const load = name => require(name)

load(process.env.PLUGIN)
