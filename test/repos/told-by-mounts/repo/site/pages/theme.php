<?php echo "theme";
