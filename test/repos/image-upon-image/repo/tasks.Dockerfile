FROM shop-tools
CMD ["npm", "start"]
