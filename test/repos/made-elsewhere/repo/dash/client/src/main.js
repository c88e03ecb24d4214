document.title = 'dash'
