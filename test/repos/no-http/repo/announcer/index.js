import { Client } from 'discord.js'

new Client({ intents: [] }).login(process.env.TOKEN)
