exports.router = {}
